import type { IncomingMessage } from 'node:http';
import { requestHeaders, userHeaders } from './headers';

const request = (...rawHeaders: string[]): IncomingMessage =>
  ({ rawHeaders, socket: { remoteAddress: '10.0.0.9' } }) as unknown as IncomingMessage;
const admin = { name: 'admin', uid: '', groups: [], extra: {} };
const told = { host: '10.1.2.3:443', path: '/apis/g/v1', user: admin, auditId: 'id' };

describe('The headers of a request that is handed on', () => {
  it('say who asks, whatever the request says', () => {
    const spoofed = ['X-Remote-User', 'mallory', 'x-remote-uid', '0', 'X-Remote-Group', 'system:masters'];
    const headers = requestHeaders(request(...spoofed, 'X-Remote-Extra-Scopes', 'all'), told);
    const about = Object.entries(headers).filter(([name]) => name.toLowerCase().startsWith('x-remote-'));
    expect(about).toEqual([['X-Remote-User', 'admin']]);
  });

  it('keep neither credentials nor what is about one connection', () => {
    const secret = ['Authorization', 'Bearer x', 'Impersonate-User', 'a', 'Connection', 'X-Hop', 'X-Hop', '1'];
    const headers = requestHeaders(request(...secret, 'Te', 'trailers', 'X-Kept', '1', 'X-Kept', '2'), told);
    expect(Object.keys(headers).sort()).toEqual([
      ...['X-Remote-User', 'audit-id', 'host', 'x-forwarded-for', 'x-forwarded-host'],
      ...['x-forwarded-proto', 'x-forwarded-uri', 'x-kept'],
    ]);
    expect(headers['x-kept']).toEqual(['1', '2']);
  });

  it('keep a protocol of a WebSocket, but not the token among them', () => {
    const offers = 'base64url.bearer.authorization.k8s.io.dG9rZW4, v5.channel.k8s.io';
    const headers = requestHeaders(request('Sec-WebSocket-Protocol', offers), told);
    expect(headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io');
  });

  it('write names as bytes, and keys so that they are names of headers', () => {
    const user = { name: 'jö\nrg', uid: '7', groups: ['a', 'b'], extra: { 'a/b%': ['c'], none: [] } };
    expect(userHeaders(user)).toEqual({
      'X-Remote-User': Buffer.from('jö rg').toString('latin1'),
      'X-Remote-Uid': '7',
      'X-Remote-Group': ['a', 'b'],
      'X-Remote-Extra-a%2Fb%25': ['c'],
    });
  });
});
