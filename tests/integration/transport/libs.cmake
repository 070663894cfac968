# SPDX-License-Identifier: Apache-2.0
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
set(LIBS relais_agencies relais_certificates relais_postgres relais_wire gRPC::grpc++ OpenSSL::SSL)
