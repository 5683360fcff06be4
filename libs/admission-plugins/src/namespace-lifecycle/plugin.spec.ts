import { Kinds } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { namespaceLifecycle } from './plugin';

describe('NamespaceLifecycle', () => {
  const plugin = namespaceLifecycle(
    readerOf(
      [Kinds.Namespace, { metadata: { name: 'default' } }],
      [Kinds.Namespace, { metadata: { name: 'ending' }, status: { phase: 'Terminating' } }],
    ),
  );

  it('lets nothing into a namespace that is not there, or ends', async () => {
    await admit(plugin, requestFor('pods', {}));
    await expect(admit(plugin, requestFor('pods', {}, { namespace: 'none' }))).rejects.toThrow(
      'namespaces "none" not found',
    );
    await expect(
      admit(plugin, requestFor('pods', { metadata: { name: 'p' } }, { namespace: 'ending' })),
    ).rejects.toMatchObject({
      message: 'pods "p" is forbidden: unable to create new content in namespace ending because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    });
    await admit(plugin, requestFor('pods', {}, { namespace: 'ending', operation: 'UPDATE' }));
  });

  it('keeps the namespaces that every cluster has', async () => {
    const remove = (name: string) =>
      admit(plugin, requestFor('namespaces', undefined, { operation: 'DELETE', name, namespace: name }));
    await expect(remove('kube-system')).rejects.toThrow(
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    );
    await remove('mine');
  });
});
