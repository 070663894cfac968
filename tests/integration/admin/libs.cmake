# SPDX-License-Identifier: Apache-2.0
set(LIBS relais_storage relais_ops relais_ledger relais_postgres relais_certificates)
