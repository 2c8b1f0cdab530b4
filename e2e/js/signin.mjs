// Signs in with amazon-cognito-identity-js as a web app does: by SRP with a temporary password, a new
// password, a software token, refresh and sign-out everywhere. It ends with an error when a step is not as expected.
import assert from "node:assert/strict";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import * as OTPAuth from "otpauth";

const { endpoint, poolId, clientId, username, temporary, password } = JSON.parse(process.argv[2]);

const kept = new Map();
const Storage = {
  setItem: (k, v) => kept.set(k, String(v)),
  getItem: (k) => kept.get(k) ?? null,
  removeItem: (k) => kept.delete(k),
  clear: () => kept.clear(),
};
const pool = new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint, Storage });
const user = () => new CognitoUser({ Username: username, Pool: pool, Storage });

// authenticate resolves to what the library calls back with.
const authenticate = (who, Password) =>
  new Promise((resolve) => {
    const called = (how) => (a, b) => resolve({ how, a, b });
    who.authenticateUser(new AuthenticationDetails({ Username: username, Password }), {
      onSuccess: called("success"),
      onFailure: called("failure"),
      newPasswordRequired: called("newPassword"),
      mfaSetup: called("mfaSetup"),
      totpRequired: called("totp"),
      selectMFAType: called("selectMFA"),
    });
  });
const promise = (run) => new Promise((resolve, reject) => run((err, value) => (err ? reject(err) : resolve(value))));
const callbacks = (run) => new Promise((onSuccess, onFailure) => run({ onSuccess, onFailure }));

// A wrong password fails as one does.
const wrong = await authenticate(user(), temporary + "x");
assert.equal(wrong.how, "failure");
assert.equal(wrong.a.code ?? wrong.a.name, "NotAuthorizedException");
assert.equal(wrong.a.message, "Incorrect username or password.");

// The temporary password asks for a new one.
let me = user();
const first = await authenticate(me, temporary);
assert.equal(first.how, "newPassword", JSON.stringify(first));
assert.equal(first.a.email, `${username}@example.com`);
let session = await callbacks((c) => me.completeNewPasswordChallenge(password, {}, c));
assert.ok(session.isValid());
assert.equal(session.getIdToken().payload["cognito:username"], username);
assert.equal(session.getAccessToken().payload.scope, "aws.cognito.signin.user.admin");

// The software token is set up and turned on.
const secret = await new Promise((resolve, reject) =>
  me.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }),
);
assert.match(secret, /^[A-Z2-7]{32,}$/);
const app = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) });
await assert.rejects(callbacks((c) => me.verifySoftwareToken("000000" === app.generate() ? "111111" : "000000", "phone", c)), {
  code: "EnableSoftwareTokenMFAException",
});
const now = Date.now();
await callbacks((c) => me.verifySoftwareToken(app.generate({ timestamp: now }), "phone", c));
await promise((cb) => me.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, cb));
const data = await promise((cb) => me.getUserData(cb, { bypassCache: true }));
assert.deepEqual(data.UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);

// From now on the code is asked for; the next step's code is taken, the used one is not.
me = user();
const second = await authenticate(me, password);
assert.equal(second.how, "totp", JSON.stringify(second));
await assert.rejects(callbacks((c) => me.sendMFACode(app.generate({ timestamp: now }), c, "SOFTWARE_TOKEN_MFA")), {
  code: "ExpiredCodeException",
});
session = await callbacks((c) => me.sendMFACode(app.generate({ timestamp: now + 30_000 }), c, "SOFTWARE_TOKEN_MFA"));
assert.ok(session.isValid());

// Refresh keeps the session's origin.
const refreshed = await promise((cb) => me.refreshSession(session.getRefreshToken(), cb));
assert.notEqual(refreshed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
assert.equal(refreshed.getAccessToken().payload.origin_jti, session.getAccessToken().payload.origin_jti);
assert.equal(refreshed.getAccessToken().payload.auth_time, session.getAccessToken().payload.auth_time);

// Signing out everywhere ends both tokens.
const last = session.getRefreshToken();
await callbacks((c) => me.globalSignOut(c));
await assert.rejects(promise((cb) => me.refreshSession(last, cb)), { code: "NotAuthorizedException" });
console.log("ok");
