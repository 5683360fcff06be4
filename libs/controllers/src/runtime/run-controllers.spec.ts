import { Kinds, type corev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { Registry } from 'prom-client';
import { World } from '../testing/world';
import { ControllerMetrics } from './metrics';
import { controllerNames, selectControllers } from './registry';

describe('Controllers', () => {
  it('are all run, or those that are named, or all but those with a minus', () => {
    expect(selectControllers(['*'])).toEqual(controllerNames);
    expect(selectControllers(['job-controller'])).toEqual(['job-controller']);
    expect(selectControllers(['*', '-job-controller'])).not.toContain('job-controller');
    expect(() => selectControllers(['nonsense'])).toThrow('"nonsense" is not in the list of known controllers');
  });

  it('run together on one set of informers', async () => {
    const world = await World.start(['*'], {
      rootCa: 'PEM',
      nodeIpam: { clusterCidr: '10.244.0.0/16', nodePrefix: 24 },
    });
    await world.deploy('w');
    expect(world.runningPods()).toHaveLength(2);
    await world.stop();
  });

  it('begin although a kind is not served, when they can do without it', async () => {
    const world = await World.empty();
    await world.client.create(Kinds.Namespace, { metadata: { name: 'shop' } });
    world.client.intercept = ({ verb, kind }) => {
      if (verb === 'list' && kind === Kinds.IngressClass) throw new StatusError(404, 'NotFound', 'no such resource');
    };
    world.run(['garbage-collector-controller']);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'gone' }];
    await world.client.create<corev1.ConfigMap>(Kinds.ConfigMap, {
      metadata: { name: 'm', namespace: 'shop', ownerReferences },
    });
    await world.clock.advance(11_000);
    expect(world.client.peekAll(Kinds.ConfigMap, 'shop')).toEqual([]);
    await world.stop();
  });

  it('count what they do', async () => {
    const registry = new Registry();
    const metrics = new ControllerMetrics(registry);
    metrics.watchQueue('job-controller', () => 3);
    metrics.added('job-controller');
    metrics.reconciled('job-controller', 12, true);
    const text = await registry.metrics();
    expect(text).toContain('workqueue_depth{name="job-controller"} 3');
    expect(text).toContain('workqueue_retries_total{name="job-controller"} 1');
  });
});
