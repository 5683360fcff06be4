import { readUpstreams } from './resolv-conf';

it('the resolvers of a resolv.conf are those it names, without the server itself', () => {
  const content =
    '# comment\nsearch example.com\nnameserver 192.0.2.1\nnameserver 10.96.0.10\n  nameserver\t2001:db8::1 \noptions ndots:5\n';
  expect(readUpstreams(content, ['10.96.0.10'])).toEqual([{ address: '192.0.2.1' }, { address: '2001:db8::1' }]);
});
