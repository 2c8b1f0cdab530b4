// Sends every command of the JavaScript SDK to the edge at ECHO_URL and compares the leaf values of what it
// decoded with what the edge answered. Exits 1 when anything differs or an operation is missing that
// newer.json does not name.
import { readFileSync } from 'node:fs';
import * as idp from '@aws-sdk/client-cognito-identity-provider';
import * as identity from '@aws-sdk/client-cognito-identity';
import * as sts from '@aws-sdk/client-sts';
import * as iam from '@aws-sdk/client-iam';

const url = process.env.ECHO_URL;
const credentials = { accessKeyId: process.env.ECHO_KEY, secretAccessKey: process.env.ECHO_SECRET };
const gap = JSON.parse(readFileSync(new URL('../newer.json', import.meta.url)));
const newer = new Set([...gap.missing, ...gap['only javascript']]);

const leaves = (v) =>
  v instanceof Date ? [v.getTime()]
  : v instanceof Uint8Array ? [Buffer.from(v).toString('base64')]
  : v && typeof v === 'object' ? Object.values(v).flatMap(leaves)
  : v === undefined ? [] : [v];
const goLeaves = (v) =>
  v && typeof v === 'object' ? ('$ms' in v ? [v.$ms] : '$b64' in v ? [v.$b64] : Object.values(v).flatMap(goLeaves)) : [v];
const text = (list) => JSON.stringify(list.map(String).sort());

let failed = 0;
const fail = (...what) => { failed++; console.log('FAIL', ...what); };

for (const [service, sdk, Client] of [
  ['cognito-idp', idp, idp.CognitoIdentityProviderClient],
  ['cognito-identity', identity, identity.CognitoIdentityClient],
  ['sts', sts, sts.STSClient],
  ['iam', iam, iam.IAMClient],
]) {
  const client = new Client({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 });
  let good = 0, missing = 0;
  for (const name of Object.keys(sdk).filter((k) => k.endsWith('Command') && !k.startsWith('$'))) {
    const op = name.slice(0, -'Command'.length);
    try {
      const out = await client.send(new sdk[name]({}));
      const last = await (await fetch(url + '/_last')).json();
      delete out.$metadata;
      if (last.op !== `${service}:${op}`) fail(op, 'went to', last.op);
      else if (text(leaves(out)) !== text(goLeaves(last.out))) fail(op, text(leaves(out)).slice(0, 300), text(goLeaves(last.out)).slice(0, 300));
      else good++;
    } catch (e) {
      if (['UnknownOperationException', 'InvalidAction'].includes(e.name) && newer.has(`${service} ${op}`)) missing++;
      else fail(op, e.name, e.message);
    }
  }
  console.log(`${service}: ${good} commands with the same values, ${missing} newer than the Go module`);
}
process.exit(failed ? 1 : 0);
