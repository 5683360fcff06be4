import { Kinds } from '@skiff/contracts';
import { told } from '../../testing/new-object-warnings';

it('Of a certificate is told when its key is another one', () => {
  const data = { 'tls.crt': Buffer.from('x').toString('base64'), 'tls.key': '' };
  expect(told(Kinds.Secret, { type: 'kubernetes.io/tls', data })).toEqual([
    'tls: failed to find any PEM data in certificate input',
  ]);
});
