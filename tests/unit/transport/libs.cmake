# SPDX-License-Identifier: Apache-2.0
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
set(LIBS relais_wire relais_agencies relais_certificates)
