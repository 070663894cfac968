set(LIBS relais_policy_commands)
