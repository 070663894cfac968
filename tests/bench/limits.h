// SPDX-License-Identifier: Apache-2.0
// What this machine can do at most of each thing that a referral cannot do without, measured in the
// run whose figure is compared with it. Each call lasts about `lasting` and takes the machine as it
// finds it, so nothing else of the bench runs meanwhile.
#pragma once

#include <chrono>

#include "admin/federation/federation.h"
#include "tests/bench/figure.h"

namespace relais::bench {

using Lasting = std::chrono::duration<double>;

// b: pairs of rows of 300 bytes a second, made durable by the federation's own PostgreSQL: pgbench,
// 8 connections, 64 pairs a transaction. p50 and p99 are not known.
Result<Figure> measure_durable_pairs(demo::Federation& federation, Lasting lasting);

// e: mutual TLS unary calls a second of 1.5 KB each way, 64 in flight, answered where they arrive.
// `agency`'s exchange certificate is both ends'.
Result<Figure> measure_echoes(const demo::Federation& federation, const std::string& agency,
                              Lasting lasting);

// s and v: Ed25519 signatures and verifications a second of a checkpoint's length, on all cores.
Result<std::pair<Figure, Figure>> measure_signatures(Lasting lasting);

// Referrals a second that do nothing else: 1 / (2/b + 2/e + 2/s + 2/v).
double limit_of(double b, double e, double s, double v);

}  // namespace relais::bench
