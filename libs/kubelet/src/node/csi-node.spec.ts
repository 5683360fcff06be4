import { Kinds } from '@skiff/contracts';
import { startTestApi } from '@skiff/test-api';
import { FakeClock } from '@skiff/testing';
import { ensureCsiNode } from './csi-node';

describe('A node', () => {
  it('has a CSINode that goes with it, also after it was deleted and registers again', async () => {
    const api = await startTestApi(new FakeClock());
    const { client } = api;
    const found = () => client.peek(Kinds.CSINode, 'n1');
    await ensureCsiNode(client, { metadata: { name: 'n1', uid: 'first' } });
    expect(found()?.metadata?.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'first' }]);
    expect(found()?.metadata?.annotations?.['storage.alpha.kubernetes.io/migrated-plugins']).toContain(
      'kubernetes.io/aws-ebs,kubernetes.io/azure-disk,',
    );
    await client.patch(Kinds.CSINode, { name: 'n1' }, 'merge', { spec: { drivers: [{ name: 'd', nodeID: 'n1' }] } });
    await ensureCsiNode(client, { metadata: { name: 'n1', uid: 'second' } });
    expect(found()?.metadata?.ownerReferences?.map(({ uid }) => uid)).toEqual(['second']);
    expect(found()?.spec?.drivers).toMatchObject([{ name: 'd', nodeID: 'n1' }]);
    await api.stop();
  });
});
