# SPDX-License-Identifier: Apache-2.0
set(LIBS relais_ops relais_policy relais_ledger relais_certificates)
