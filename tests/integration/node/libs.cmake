# SPDX-License-Identifier: Apache-2.0
set(LIBS relais_certificates)
