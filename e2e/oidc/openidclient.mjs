// A relying party made with openid-client. It prints the URL to open, reads the URL that the browser came
// back to, and prints what it learnt, one JSON document a line.
import * as readline from 'node:readline'
import * as client from 'openid-client'

const [issuer, id, secret, redirectURI] = process.argv.slice(2)
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (v) => process.stdout.write(JSON.stringify(v) + '\n')

const config = await client.discovery(new URL(issuer), id, secret || { token_endpoint_auth_method: 'none' },
  secret ? client.ClientSecretPost(secret) : client.None(), { execute: [client.allowInsecureRequests] })
const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = client.randomNonce()
say({ open: client.buildAuthorizationUrl(config, {
  redirect_uri: redirectURI, scope: 'openid email', state, nonce, max_age: '3600',
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
}).href })

const back = new URL((await lines.next()).value)
const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 3600 })
const claims = tokens.claims()
const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token)
let introspected = null
if (secret) introspected = await client.tokenIntrospection(config, refreshed.access_token)
await client.tokenRevocation(config, tokens.refresh_token)
let revoked = false
try { await client.refreshTokenGrant(config, tokens.refresh_token) } catch (e) { revoked = e.error === 'invalid_grant' }
let replayed = false
try {
  await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce })
} catch (e) { replayed = e.error === 'invalid_grant' }
say({
  sub: claims.sub, email: info.email, refreshedSub: refreshed.claims().sub, introspected, revoked, replayed,
  logout: client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: process.argv[6], state: 'bye' }).href,
})
process.exit(0)
