// Calls with what the SDK for JavaScript finds by itself, until it has used as many access keys as the first argument says.
import { createRequire } from 'node:module';

const { STSClient, GetCallerIdentityCommand } = createRequire(process.env.SDK_FOLDER + '/')('@aws-sdk/client-sts');
const client = new STSClient({ maxAttempts: 1 });
const want = Number(process.argv[2]), keys = new Set(), end = Date.now() + 60_000;
let calls = 0, arn = '';
while (keys.size < want && Date.now() < end) {
  arn = (await client.send(new GetCallerIdentityCommand({}))).Arn; // throws when it fails
  keys.add((await client.config.credentials()).accessKeyId);
  calls++;
  await new Promise((done) => setTimeout(done, 100));
}
console.log(JSON.stringify({ keys: keys.size, calls, arn }));
