import { Kinds, type corev1 } from '@skiff/contracts';
import { metadata, printed } from '../../testing/printed';

describe('kubectl prints', () => {
  it('nodes with their state and roles', () => {
    const node: corev1.Node = {
      metadata: { ...metadata, labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'edge' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'False' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
      },
    };
    expect(printed(Kinds.Node, node, true)).toMatchObject({
      Status: 'NotReady,SchedulingDisabled',
      Roles: 'edge,worker',
      'Internal-IP': '10.0.0.9',
      'External-IP': '<none>',
    });
  });
});
