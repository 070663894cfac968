// SPDX-License-Identifier: Apache-2.0
// Holds the precompiled header of the tests; CMake wants a target with a source to build one.
