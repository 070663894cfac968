// SPDX-License-Identifier: Apache-2.0
// Puts the requests of DIR/requests.jsonl to Cedar under DIR/policies.cedar and writes one "1"
// (allow) or "0" a line to DIR/answers; the policies are parsed once, the requests are objects
// before the clock starts. The last line of standard output has the policies' number, the median
// and the 99th percentile in microseconds.
import { readFileSync, writeFileSync } from "node:fs";
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";

const folder = process.argv[2];
const text = readFileSync(`${folder}/policies.cedar`, "utf8");
const parsed = cedar.preparsePolicySet("relais", { staticPolicies: text });
if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
const requests = readFileSync(`${folder}/requests.jsonl`, "utf8").trimEnd().split("\n");
const calls = requests.map((line) => ({
  ...JSON.parse(line),
  principal: { type: "Professional", id: "p" },
  preparsedPolicySetId: "relais",
  entities: [],
  validateRequest: false,
}));

function decide(call) {
  const answer = cedar.statefulIsAuthorized(call);
  if (answer.type !== "success") throw new Error(JSON.stringify(answer));
  return answer.response;
}

for (const call of calls.slice(0, 1000)) decide(call);
const took_us = [];
const lines = [];
for (const call of calls) {
  const started = process.hrtime.bigint();
  const response = decide(call);
  took_us.push(Number(process.hrtime.bigint() - started) / 1000);
  if (response.diagnostics.errors.length > 0) {
    throw new Error(JSON.stringify(response.diagnostics.errors[0]));
  }
  lines.push(response.decision === "allow" ? "1" : "0");
}
took_us.sort((a, b) => a - b);
const at = (share) => took_us[Math.ceil(share * took_us.length) - 1];
writeFileSync(`${folder}/answers`, lines.join("\n") + "\n");
const policies = (text.match(/^(permit|forbid)/gm) ?? []).length;
console.log(`${policies} ${at(0.5)} ${at(0.99)}`);
