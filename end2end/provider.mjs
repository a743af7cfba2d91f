// A sign-in provider that was not written here: the certified `oidc-provider`, given
// Slack's paths and claims, with a page where one chooses a person. It keeps us honest
// where our own fake Slack could share our mistakes.
//
//   const provider = await startProvider({ port, redirectUri, clientId, clientSecret, people })
//
// `people` maps a user id to { team, name, email }.
import http from 'node:http';
import Provider from 'oidc-provider';

const CLAIM = (name) => `https://slack.com/${name}`;
const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export async function startProvider({ port, redirectUri, clientId, clientSecret, people }) {
  const issuer = `http://127.0.0.1:${port}`;
  const claimsOf = (user) => {
    const { team, name, email } = people[user];
    return { sub: user, [CLAIM('user_id')]: user, [CLAIM('team_id')]: team, name, email, email_verified: true, locale: 'en-GB', picture: 'https://avatars.slack-edge.com/none.png' };
  };
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post' }],
    routes: { authorization: '/openid/connect/authorize', token: '/api/openid.connect.token', userinfo: '/api/openid.connect.userInfo', jwks: '/openid/connect/keys' },
    scopes: ['openid', 'profile', 'email'],
    claims: { openid: ['sub', CLAIM('user_id'), CLAIM('team_id')], profile: ['name', 'locale', 'picture'], email: ['email', 'email_verified'] },
    // Slack puts every claim into the id_token.
    conformIdTokenClaims: false,
    // Slack's confidential applications do without.
    pkce: { required: () => false },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/choose/${interaction.uid}` },
    cookies: { keys: ['of a test'] },
    ttl: { AccessToken: 600, AuthorizationCode: 600, IdToken: 300, Interaction: 600, Grant: 600, Session: 600 },
    findAccount: (_, user) => people[user] && { accountId: user, claims: () => claimsOf(user) },
  });
  const answer = provider.callback();
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url, issuer);
    const chosen = /^\/choose\/[^/]+\/(\w+)$/.exec(url.pathname)?.[1];
    if (chosen && request.method === 'POST') {
      const { params } = await provider.interactionDetails(request, response);
      const grant = new provider.Grant({ accountId: chosen, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      await provider.interactionFinished(request, response, { login: { accountId: chosen }, consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: false });
    } else if (url.pathname.startsWith('/choose/')) {
      const buttons = Object.entries(people).map(([user, { name }]) => `<form method="post" action="${url.pathname}/${user}"><button>Sign in as ${escape(name)}</button></form>`);
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><link rel="icon" href="data:,"><title>Choose</title>${buttons.join('')}`);
    } else {
      answer(request, response);
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { issuer, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}
