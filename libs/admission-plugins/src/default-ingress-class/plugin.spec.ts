import { Kinds, type networkingv1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { defaultIngressClass } from './plugin';

it('DefaultIngressClass names the newest default class, unless the old annotation does', async () => {
  const of = (name: string, creationTimestamp: string) => [
    Kinds.IngressClass,
    {
      metadata: { name, creationTimestamp, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    },
  ];
  const plugin = defaultIngressClass(readerOf(of('b', '2024-01-01T00:00:00Z'), of('a', '2024-01-01T00:00:00Z')));
  const admitted = async (ingress: networkingv1.Ingress): Promise<string | undefined> => {
    const { spec } = await admit(plugin, requestFor('ingresses', ingress, { group: 'networking.k8s.io' }));
    return spec?.ingressClassName;
  };
  expect(await admitted({ spec: {} })).toBe('a');
  expect(await admitted({ metadata: { annotations: { 'kubernetes.io/ingress.class': 'x' } } })).toBeUndefined();
});
