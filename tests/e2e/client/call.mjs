// SPDX-License-Identifier: Apache-2.0
// Calls one method of a desk and prints the answer: what an agency's own software does, in a page.
//   node call.mjs ADDRESS FOLDER ROLE METHOD '{"request": "as JSON"}'
// FOLDER holds software.pem, software.key and desk-authority.pem. Needs the packages of proto/ (npm ci).
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [address, folder, role, method, request = '{}'] = process.argv.slice(2);
if (method === undefined) {
  console.error("usage: node call.mjs ADDRESS FOLDER ROLE METHOD '{…}'");
  process.exit(2);
}
const proto = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../proto');
const require = createRequire(path.join(proto, 'package.json'));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const contract = loader.loadSync('relais/v1/desk.proto', {
  includeDirs: [proto], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true,
});
const { DeskService } = grpc.loadPackageDefinition(contract).relais.v1;
const stop = (why) => {
  console.error(why);
  process.exit(2);
};
const read = (name) => {
  try {
    return fs.readFileSync(path.join(folder, name));
  } catch (error) {
    return stop(`FOLDER must hold ${name}: ${error.message}`);
  }
};
const parsed = () => {
  try {
    return JSON.parse(request);
  } catch (error) {
    return stop(`the request is not JSON: ${error.message}`);
  }
};
// A field that the contract does not have would be left out without a word.
const unknown = (given, known, at = '') => Object.entries(given).flatMap(([name, value]) => {
  const here = Array.isArray(given) ? `${at}[${name}]` : `${at}${at && '.'}${name}`;
  if (!(name in known)) return [here];
  return value && known[name] && typeof value === 'object' ? unknown(value, known[name], here) : [];
});
const client = new DeskService(
  address,
  grpc.credentials.createSsl(read('desk-authority.pem'), read('software.key'), read('software.pem')),
  { 'grpc.ssl_target_name_override': 'localhost', 'grpc.default_authority': 'localhost' },
);
if (typeof client[method] !== 'function') {
  stop(`no method ${method}; there are: ${Object.keys(DeskService.service).join(', ')}`);
}
// Every call says who acts, and has a deadline.
const asked = { acting: { role, staff_id: 'try-1' }, ...parsed() };
const { requestSerialize, requestDeserialize } = DeskService.service[method];
const [stray] = unknown(asked, requestDeserialize(requestSerialize(asked)));
if (stray !== undefined) stop(`${method} has no field ${stray}`);
client[method](asked, { deadline: Date.now() + 10000 }, (error, answer) => {
  if (error) {
    // The Problem says where: the field, never its value.
    const [bytes] = error.metadata.get('relais-problem-bin');
    const { where } = bytes ? contract['relais.v1.Problem'].deserialize(bytes) : {};
    console.error(`${grpc.status[error.code]}: ${error.details}${where ? `: ${where}` : ''}`);
  } else {
    console.log(JSON.stringify(answer, null, 2));
  }
  process.exit(error ? 1 : 0);
});
