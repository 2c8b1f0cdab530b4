// Signs in by SRP: the password never leaves this page. Everything goes to the AWS endpoint directly.
import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';

const demo = await (await fetch('/demo.json')).json();
const pool = new CognitoUserPool({ UserPoolId: demo.userPoolId, ClientId: demo.clientId, endpoint: demo.endpoint });
const $ = (id) => document.getElementById(id);
const say = (text) => { $('status').textContent = text; };
const userOf = (email) => new CognitoUser({ Username: email, Pool: pool });
let pending; // the user who owes us an authenticator code

function onSubmit(id, act) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    act(Object.fromEntries(new FormData(event.target)));
  });
}

onSubmit('signup', ({ email, password }) => {
  const attributes = [new CognitoUserAttribute({ Name: 'email', Value: email })];
  pool.signUp(email, password, attributes, null, (err, result) => {
    if (err) return say(err.message);
    say(`A code was sent to ${result.codeDeliveryDetails.Destination}.`);
  });
});

onSubmit('confirm', ({ email, code }) => {
  userOf(email).confirmRegistration(code, false, (err) => say(err ? err.message : 'Confirmed. Now sign in.'));
});

const callbacks = {
  onSuccess: () => showAccount(),
  onFailure: (err) => say(err.message),
  totpRequired: () => { $('totp').hidden = false; say('Enter the code of your authenticator app.'); },
};

onSubmit('signin', ({ email, password }) => {
  pending = userOf(email);
  pending.authenticateUser(new AuthenticationDetails({ Username: email, Password: password }), callbacks);
});

onSubmit('totp', ({ code }) => pending.sendMFACode(code, callbacks, 'SOFTWARE_TOKEN_MFA'));

function showAccount() {
  const user = pool.getCurrentUser();
  if (!user) return;
  user.getSession((err, session) => {
    if (err) return say(err.message);
    user.getUserAttributes((err, attributes) => {
      if (err) return say(err.message);
      $('attributes').textContent = attributes.map((a) => `${a.getName()}: ${a.getValue()}`).join('\n');
      $('account').hidden = false;
      $('totp').hidden = true;
      say(`Signed in until ${new Date(session.getAccessToken().getExpiration() * 1000).toLocaleTimeString()}.`);
    });
  });
}

$('refresh').addEventListener('click', () => {
  const user = pool.getCurrentUser();
  user.getSession((err, session) => {
    if (err) return say(err.message);
    user.refreshSession(session.getRefreshToken(), (err) => say(err ? err.message : 'Tokens refreshed.'));
  });
});

$('signout').addEventListener('click', () => {
  const user = pool.getCurrentUser();
  user.getSession(() => user.globalSignOut({
    onSuccess: () => { $('account').hidden = true; say('Signed out everywhere.'); },
    onFailure: (err) => say(err.message),
  }));
});

showAccount();
