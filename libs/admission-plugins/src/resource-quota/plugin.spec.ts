import { Kinds, type corev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import type { QuotaLedger } from './ledger';
import { resourceQuota } from './plugin';

type Quota = corev1.ResourceQuota;

const quota = (
  name: string,
  hard: Record<string, string>,
  used: Record<string, string> | undefined,
  spec: corev1.ResourceQuotaSpec = {},
): Quota => ({ metadata: { name, namespace: 'default' }, spec, status: { hard, ...(used ? { used } : {}) } });

/** Keeps quotas in memory; admission reads what they were in the beginning. */
function world(...quotas: Quota[]) {
  const kept = new Map(quotas.map((one) => [one.metadata?.name ?? '', one]));
  const ledger: QuotaLedger = {
    async write(_namespace, name, change) {
      const now = kept.get(name);
      if (now) kept.set(name, change(structuredClone(now)));
    },
  };
  const plugin = resourceQuota(readerOf(...quotas.map((one) => [Kinds.ResourceQuota, structuredClone(one)])), ledger);
  return {
    used: (name: string) => kept.get(name)?.status?.used,
    send: (request: ReturnType<typeof requestFor>) => admit(plugin, request),
  };
}

const pod = (resources: corev1.ResourceRequirements = {}, spec: corev1.PodSpec = {}) =>
  requestFor('pods', {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', resources }], ...spec },
  } satisfies corev1.Pod);

describe('ResourceQuota', () => {
  it('notes what pods ask for, until there is no more', async () => {
    const { send, used } = world(
      quota(
        'compute',
        { 'requests.cpu': '1', 'limits.memory': '2Gi', pods: '5' },
        {
          'requests.cpu': '0',
          'limits.memory': '0',
          pods: '0',
        },
      ),
    );
    const asks = { requests: { cpu: '600m' }, limits: { memory: '512Mi' } };
    await send(pod(asks));
    expect(used('compute')).toEqual({ 'requests.cpu': '600m', 'limits.memory': '512Mi', pods: '1' });
    await expect(send(pod(asks))).rejects.toMatchObject({
      code: 403,
      message:
        'pods "p" is forbidden: exceeded quota: compute, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    });
    expect(used('compute')?.['pods']).toBe('1');
  });

  it('wants to know of every container what is limited', async () => {
    const { send } = world(
      quota('q', { 'limits.cpu': '1', 'limits.memory': '1Gi' }, { 'limits.cpu': '0', 'limits.memory': '0' }),
    );
    const containers = [{ name: 'b' }, { name: 'a', resources: { limits: { memory: '1Mi' } } }];
    await expect(send(pod({}, { containers }))).rejects.toThrow(
      'pods "p" is forbidden: failed quota: q: must specify limits.cpu for: a,b; limits.memory for: b',
    );
  });

  it('admits nothing that it has not counted yet', async () => {
    await expect(world(quota('q', { pods: '1', secrets: '1' }, undefined)).send(pod())).rejects.toThrow(
      'status unknown for quota: q, resources: pods',
    );
    // The controller has not seen this one at all.
    await world({ metadata: { name: 'q', namespace: 'default' }, spec: { hard: { pods: '0' } } }).send(pod());
  });

  it('counts objects of any kind by name', async () => {
    const { send, used } = world(
      quota(
        'q',
        { 'count/deployments.apps': '1', configmaps: '1', 'count/secrets': '0' },
        {
          'count/deployments.apps': '0',
          configmaps: '0',
          'count/secrets': '0',
        },
      ),
    );
    const deployment = requestFor('deployments', { metadata: { name: 'd' } }, { group: 'apps' });
    await send(deployment);
    await expect(send(deployment)).rejects.toThrow(
      'deployments.apps "d" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
    );
    await send(requestFor('configmaps', { metadata: { name: 'c' } }));
    await expect(send(requestFor('secrets', { metadata: { name: 's' } }))).rejects.toThrow(
      'requested: count/secrets=1',
    );
    expect(used('q')).toEqual({ 'count/deployments.apps': '1', configmaps: '1', 'count/secrets': '0' });
  });

  it('counts what a change of a Service or a claim adds', async () => {
    const { send, used } = world(
      quota(
        'q',
        { 'services.nodeports': '2', 'requests.storage': '3Gi' },
        {
          'services.nodeports': '1',
          'requests.storage': '1Gi',
        },
      ),
    );
    const service = (type: string, ports: number): corev1.Service => ({
      metadata: { name: 's' },
      spec: { type, ports: Array.from({ length: ports }, (_, index) => ({ port: index + 1 })) },
    });
    const change = (resource: string, object: object, oldObject: object) =>
      send(requestFor(resource, object, { operation: 'UPDATE', oldObject }));
    await change('services', service('NodePort', 2), service('NodePort', 1));
    expect(used('q')?.['services.nodeports']).toBe('2');
    await change('services', service('ClusterIP', 2), service('NodePort', 2));
    expect(used('q')?.['services.nodeports']).toBe('0');
    const claim = (storage: string): corev1.PersistentVolumeClaim => ({
      metadata: { name: 'c' },
      spec: { resources: { requests: { storage } } },
    });
    await change('persistentvolumeclaims', claim('2Gi'), claim('1Gi'));
    await expect(change('persistentvolumeclaims', claim('4Gi'), claim('2Gi'))).rejects.toThrow(
      'persistentvolumeclaims "c" is forbidden: exceeded quota: q, requested: requests.storage=2Gi, used: requests.storage=2Gi, limited: requests.storage=3Gi',
    );
  });

  it.each([
    ['BestEffort', {}, {}],
    ['NotBestEffort', { requests: { cpu: '1m' } }, {}],
    ['Terminating', {}, { activeDeadlineSeconds: 1 }],
    ['NotTerminating', {}, {}],
    ['PriorityClass', {}, { priorityClassName: 'high' }],
  ] satisfies [string, corev1.ResourceRequirements, corev1.PodSpec][])(
    'limits the pods of scope %s alone',
    async (scope, resources, spec) => {
      const scopes = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'PriorityClass'];
      const { send, used } = world(...scopes.map((one) => quota(one, { pods: '9' }, { pods: '0' }, { scopes: [one] })));
      await send(pod(resources, spec));
      expect(used(scope)).toEqual({ pods: '1' });
      const opposite = scope.startsWith('Not') ? scope.slice(3) : `Not${scope}`;
      if (scopes.includes(opposite)) expect(used(opposite)).toEqual({ pods: '0' });
    },
  );

  it('selects priority classes by name', async () => {
    const select = (operator: string, values?: string[]): corev1.ResourceQuotaSpec => ({
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, ...(values ? { values } : {}) }] },
    });
    const { send, used } = world(
      quota('in', { pods: '9' }, { pods: '0' }, select('In', ['high'])),
      quota('notin', { pods: '9' }, { pods: '0' }, select('NotIn', ['high'])),
    );
    await send(pod({}, { priorityClassName: 'high' }));
    await send(pod({}, { priorityClassName: 'low' }));
    expect([used('in'), used('notin')]).toEqual([{ pods: '1' }, { pods: '1' }]);
  });

  it('takes nothing from one quota when another has no room, and nothing at all in a dry run', async () => {
    const { send, used } = world(
      quota('roomy', { pods: '9' }, { pods: '3' }),
      quota('full', { pods: '1' }, { pods: '1' }),
    );
    await expect(send(pod())).rejects.toThrow('exceeded quota: full, requested: pods=1, used: pods=1, limited: pods=1');
    expect(used('roomy')).toEqual({ pods: '3' });
    const alone = world(quota('roomy', { pods: '9' }, { pods: '3' }));
    await alone.send(requestFor('pods', { metadata: { name: 'p' }, spec: {} }, { dryRun: true }));
    expect(alone.used('roomy')).toEqual({ pods: '3' });
  });
});
