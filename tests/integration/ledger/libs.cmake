# SPDX-License-Identifier: Apache-2.0
set(LIBS relais_storage relais_postgres relais_ledger_watch)
