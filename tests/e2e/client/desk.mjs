// SPDX-License-Identifier: Apache-2.0
// A foreign client: another language, another gRPC implementation, nothing of ours but the proto files
// and certificates. Prints "ok NAME" / "not ok NAME". Told where to call by the JSON in RELAIS_E2E:
//   { proto, modules, sender: {address, certificate, key, roots, role}, receiver: {…},
//     exchange: {address, certificate, key, roots}, person, recipient, service }
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const told = JSON.parse(process.env.RELAIS_E2E);
const require = createRequire(path.join(told.modules, 'package.json'));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const options = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
const load = (file, folder) =>
  grpc.loadPackageDefinition(loader.loadSync(path.join(folder, file), { ...options, includeDirs: [folder] }));
const desk = load('relais/v1/desk.proto', told.proto).relais.v1;
const exchange = load('relais/v1/exchange.proto', told.proto).relais.v1;
const reflection = load('reflection.proto', import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname)).grpc.reflection.v1alpha;

const credentials = (at) =>
  grpc.credentials.createSsl(fs.readFileSync(at.roots), fs.readFileSync(at.key), fs.readFileSync(at.certificate));
const channel = { 'grpc.ssl_target_name_override': 'localhost', 'grpc.default_authority': 'localhost' };
const connect = (Service, at) => new Service(at.address, credentials(at), channel);

const soon = (ms = 10000) => ({ deadline: Date.now() + ms });
const call = (client, method, request, settings = soon()) =>
  new Promise((resolve) => {
    client[method](request, settings, (error, response) => resolve({ error, response }));
  });

let failed = 0;
const check = (holds, name, why = '') => {
  console.log(`${holds ? 'ok' : 'not ok'} ${name}`);
  if (!holds) {
    failed += 1;
    console.log(`# ${why}`);
  }
};
const say = (answer) => (answer.error ? `${answer.error.code} ${answer.error.details}` : JSON.stringify(answer.response));

// The Problem in the details of an error status: fields 1 kind, 2 where, as the proto file numbers them.
const protobuf = require('protobufjs');
const types = new protobuf.Root();
types.resolvePath = (origin, target) => {
  const inside = path.join(told.proto, target);
  return fs.existsSync(inside) ? inside : protobuf.util.path.resolve(origin, target);
};
const Problem = types.loadSync('relais/v1/desk.proto').lookupType('relais.v1.Problem');
const problemOf = (error) => {
  const bytes = error?.metadata?.get('relais-problem-bin')?.[0];
  return bytes ? Problem.toObject(Problem.decode(bytes)) : {};
};

const sender = connect(desk.DeskService, told.sender);
const receiver = connect(desk.DeskService, told.receiver);
const acting = (at) => ({ role: at.role, staff_id: 'foreign-1' });

const items = [
  { category: 'identity.name', value: 'Foreign Client Person' },
  { category: 'identity.birth_year', value: '1980' },
  { category: 'household.composition', value: '40-59:1' },
  { category: 'need.code', value: 'shelter' },
  { category: 'housing.situation', value: 'roofless' },
  { category: 'health.clinical', value: 'not for the receiver' },
];
const referral = {
  person_ref: told.person, recipient: told.recipient, service: told.service,
  purpose: 'housing_orientation', items,
};
const submission = (key, change = {}) => ({
  acting: acting(told.sender), idempotency_key: key, referral: { ...referral, ...change },
});
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const inbox = async () => {
  const all = [];
  let token = '';
  do {
    const page = await call(receiver, 'ListInbox', { acting: acting(told.receiver), page_size: 50, page_token: token });
    if (page.error) throw new Error(say(page));
    all.push(...page.response.referrals);
    token = page.response.next_page_token;
  } while (token);
  return all;
};
const arrived = async (disclosure) => {
  for (let tried = 0; tried < 300; tried += 1) {
    const found = (await inbox()).find((one) => one.disclosure_id === disclosure);
    if (found) return found;
    await wait(50);
  }
  return undefined;
};
const stateOf = async (id, wanted) => {
  let last;
  for (let tried = 0; tried < 300; tried += 1) {
    const got = await call(sender, 'GetReferral', { acting: acting(told.sender), referral_id: id });
    last = got.error ? say(got) : got.response.referral.state;
    if (last === wanted) break;
    await wait(50);
  }
  return last;
};

async function goodCalls() {
  const before = (await inbox()).length;
  const preview = await call(sender, 'PreviewReferral', { acting: acting(told.sender), referral });
  check(preview.response?.decision?.outcome === 'OUTCOME_PERMIT', 'a foreign client previews a referral', say(preview));
  const effects = Object.fromEntries((preview.response?.decision?.verdicts ?? []).map((one) => [one.category, one]));
  check(effects['health.clinical']?.stopped_by === 'need' && effects['identity.name']?.citations.length > 0,
    'a preview says what the service does not need, and the article behind what may go', JSON.stringify(effects));
  const secret = await call(sender, 'PreviewReferral', { acting: acting(told.sender), referral: {
    ...referral, recipient: 'pass-69', service: 'accueil', purpose: 'service_referral', items: items.slice(0, 1) } });
  check(secret.response?.decision?.outcome === 'OUTCOME_DENY' &&
    secret.response.decision.verdicts[0].citations.some((one) => one.rule === 'fr.cp.226-13') && secret.response.slip?.text_fr !== '',
    'a refusal names the article and offers a slip to carry', say(secret));

  const key = `foreign-${process.pid}-${Date.now()}`;
  const first = await call(sender, 'SubmitReferral', submission(key));
  check(first.response?.referral?.state === 'requested' && first.response.referral.ledger_index !== undefined,
    'a foreign client submits a referral and is told its ledger entry', say(first));
  const again = await call(sender, 'SubmitReferral', submission(key));
  check(again.response?.referral?.referral_id === first.response?.referral?.referral_id,
    'a repeated submission returns the first answer', say(again));
  const other = await call(sender, 'SubmitReferral', submission(key, { items: items.slice(0, 3) }));
  check(other.error?.code === grpc.status.ALREADY_EXISTS,
    'the same idempotency key with another body is refused', say(other));

  const filed = await arrived(first.response.referral.disclosure_id);
  check(filed !== undefined, 'the receiver finds it in its inbox');
  check(filed && !filed.items.some((one) => one.category === 'health.clinical') && filed.items.length === 5,
    'only the permitted and needed items arrived', JSON.stringify(filed?.items.map((one) => one.category)));
  const copies = (await inbox()).filter((one) => one.disclosure_id === filed?.disclosure_id).length;
  check(copies === 1 && (await inbox()).length === before + 1, 'it is filed once', String(copies));
  const accepted = await call(receiver, 'AcceptReferral', {
    acting: acting(told.receiver), referral_id: filed.referral_id, person_ref: 'FOREIGN-1',
  });
  check(accepted.response?.referral?.state === 'accepted', 'a foreign client accepts a referral', say(accepted));
  const taken = await call(sender, 'GetReceipt', { acting: acting(told.sender), person_ref: told.person,
    ledger_index: first.response.referral.ledger_index });
  check(taken.response?.receipt?.startsWith('c2sp.org/tlog-proof@v1\n') &&
    taken.response.record.startsWith('relais/record/v1\n') && taken.response.ledger_key.includes('+'),
    'a foreign client gets the receipt of an entry', say(taken));
  const notTheirs = await call(sender, 'GetReceipt', { acting: acting(told.sender), person_ref: 'NOBODY-1',
    ledger_index: first.response.referral.ledger_index });
  check(notTheirs.error?.code === grpc.status.NOT_FOUND, 'and none for somebody else', say(notTheirs));
  const state = await stateOf(first.response.referral.referral_id, 'accepted');
  check(state === 'accepted', 'the answer comes back to the sender', state);
  await following(filed);
}

// The stream brings what a list would, then stays open.
async function following(filed) {
  const seen = await new Promise((resolve) => {
    const stream = receiver.FollowInbox({ acting: acting(told.receiver) }, { deadline: Date.now() + 20000 });
    const done = (found) => { stream.cancel(); resolve(found); };
    stream.on('data', (one) => { if (one.referral.disclosure_id === filed.disclosure_id) done(one); });
    stream.on('error', (error) => resolve({ error }));
  });
  check(seen.page_token !== undefined && seen.page_token !== '', 'a stream follows the inbox with a token to go on from',
    seen.error?.details);
}

async function badCalls() {
  const refused = async (name, request, code, where, method = 'SubmitReferral') => {
    const answer = await call(sender, method, request);
    const problem = problemOf(answer.error);
    check(answer.error?.code === code && (problem.where ?? '').includes(where), name,
      `${say(answer)} where=${problem.where}`);
  };
  const invalid = grpc.status.INVALID_ARGUMENT;
  await refused('a fact with another source than a professional is refused by its name',
    submission('bad-1', { attestations: [{ key: 'sender.secrecy', values: ['none'] }] }), invalid, 'sender.secrecy');
  await refused('a fact nobody knows is refused',
    submission('bad-2', { attestations: [{ key: 'facts.nothing', values: ['true'] }] }), invalid, 'attestations');
  await refused('an unknown category is refused with its place',
    submission('bad-3', { items: [{ category: 'identity.shoe_size', value: '44' }] }), invalid, 'items');
  await refused('a category that never leaves is refused',
    submission('bad-4', { items: [{ category: 'religion', value: 'private' }] }), invalid, 'religion');
  await refused('a value of the wrong type is refused with the name of its category',
    submission('bad-5', { items: [{ category: 'identity.birth_date', value: '31/12/1980' }] }), invalid, 'identity.birth_date');
  await refused('an agency that is not in the directory is refused',
    submission('bad-6', { recipient: 'nobody-00' }), invalid, 'recipient');
  await refused('a role that is not on the staff register is refused',
    { ...submission('bad-7'), acting: { role: 'astrologer', staff_id: '1' } }, invalid, 'acting.role');
  await refused('a missing idempotency key is refused', submission(''), invalid, 'idempotency_key');
  const consent = {
    acting: acting(told.sender), person_ref: told.person,
    consent: {
      state: 'given', giver: 'subject', form: 'paper', language: 'fr', notice_version: '1', informed: true,
      recipients: [], purposes: ['housing_orientation'], categories: ['identity.name'],
      valid_until: { seconds: Math.floor(Date.now() / 1000) + 86400 },
    },
  };
  await refused('a consent for nobody is refused', consent, invalid, 'recipients', 'RecordConsent');
  const endless = { ...consent, consent: { ...consent.consent, recipients: [told.recipient], valid_until: undefined } };
  await refused('a consent without an end is refused', endless, invalid, 'valid_until', 'RecordConsent');
  const missing = await call(sender, 'GetReferral', { acting: acting(told.sender), referral_id: '00000000-0000-7000-8000-000000000000' });
  check(missing.error?.code === grpc.status.NOT_FOUND, 'a referral that is not there is not found', say(missing));
  await refused('an id that no node gave out is refused by its field',
    { acting: acting(told.sender), referral_id: 'Foreign-Client-Person' }, invalid, 'referral_id', 'GetReferral');
  await refused('and so is the id of a question to follow',
    { ...submission('bad-9'), follows: 'Foreign-Client-Person' }, invalid, 'follows');
  const rejected = await call(receiver, 'RejectReferral', { acting: acting(told.receiver), referral_id: '00000000-0000-7000-8000-000000000000', reason_code: '' });
  check(rejected.error !== null, 'a rejection without a reason is refused', say(rejected));
  const timeless = await call(sender, 'GetReferral', { acting: acting(told.sender), referral_id: 'x' }, {});
  check(timeless.error?.code === invalid, 'a call without a deadline is refused', say(timeless));
  const slow = await call(sender, 'GetReferral', { acting: acting(told.sender), referral_id: 'x' }, soon(120000));
  check(slow.error?.code === invalid, 'a call with a deadline beyond 30 seconds is refused', say(slow));
  const large = submission('bad-8', { items: Array.from({ length: 2000 }, () => ({ category: 'availability', value: 'x'.repeat(200) })) });
  const oversized = await call(sender, 'SubmitReferral', large);
  check(oversized.error?.code === grpc.status.RESOURCE_EXHAUSTED || oversized.error?.code === invalid,
    'an oversized message is refused', say(oversized));
}

async function strangers() {
  const foreign = connect(desk.DeskService, { ...told.sender, certificate: told.receiver.certificate, key: told.receiver.key });
  const stranger = await call(foreign, 'ListInbox', { acting: acting(told.sender) }, soon(3000));
  check([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED].includes(stranger.error?.code),
    'a certificate of another authority does not reach the desk', say(stranger));
  const peer = connect(exchange.ExchangeService, told.exchange);
  const forged = await call(peer, 'Deliver', { federation: 'valbrune', sender: told.recipient, recipient: 'sds-69', disclosure_id: 'x' }, soon(5000));
  check([grpc.status.INVALID_ARGUMENT, grpc.status.PERMISSION_DENIED].includes(forged.error?.code),
    'an envelope that says another sender than its certificate is refused', say(forged));
  const wrong = connect(exchange.ExchangeService, { ...told.exchange, certificate: told.sender.certificate, key: told.sender.key });
  const shut = await call(wrong, 'Deliver', {}, soon(3000));
  check([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED].includes(shut.error?.code),
    'a desk certificate does not reach the exchange', say(shut));
  const side = connect(desk.DeskService, told.exchange);
  const across = await call(side, 'ListInbox', { acting: acting(told.sender) }, soon(3000));
  check([grpc.status.UNIMPLEMENTED, grpc.status.PERMISSION_DENIED].includes(across.error?.code),
    'the exchange does not answer for the desk', say(across));
}

const services = (at) =>
  new Promise((resolve) => {
    const stream = connect(reflection.ServerReflection, at).ServerReflectionInfo({ deadline: Date.now() + 3000 });
    stream.on('data', (answer) => resolve({ names: answer.list_services_response?.service.map((one) => one.name) ?? [] }));
    stream.on('error', (error) => resolve({ error }));
    stream.write({ list_services: '*' });
    stream.end();
  });

async function reflections() {
  const open = await services(told.sender);
  check(open.names?.includes('relais.v1.DeskService'), 'the desk answers server reflection', open.error?.details ?? String(open.names));
  const closed = await services(told.exchange);
  check(closed.error?.code === grpc.status.UNIMPLEMENTED, 'the exchange does not', closed.error?.details ?? String(closed.names));
}

await goodCalls();
await badCalls();
await strangers();
await reflections();
process.exit(failed === 0 ? 0 : 1);
