import { Sandbox, busyboxDeployment } from './kubectl/support';
import { eventually } from './support/execute';

describe('the trace of a rollout', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await Sandbox.create('trace');
  }, 60_000);
  afterAll(() => sandbox.remove(), 90_000);

  it('leads from the request of kubectl to each container that was started', async () => {
    await sandbox.apply(busyboxDeployment('traced', 2));
    await sandbox.kubectl('rollout', 'status', 'deployment/traced', '--timeout=60s');
    await eventually(async () => {
      const { stdout } = await sandbox.cluster.skiff('trace', 'deployment/traced', '-n', 'trace', '--name', 'e2e');
      const lines = stdout.split('\n');
      const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
      expect(lines[0]).toMatch(/api-server +POST \/apis\/apps\/v1\/namespaces\/trace\/deployments/);
      expect(count(/controller-manager .* reconcile deployment-controller trace\/traced/)).toBeGreaterThan(0);
      expect(count(/controller-manager .* reconcile replicaset-controller trace\/traced-/)).toBeGreaterThan(0);
      expect(count(/scheduler .*schedule/)).toBeGreaterThanOrEqual(2);
      expect(count(/kubelet .*cri RunPodSandbox/)).toBe(2);
      expect(count(/kubelet .*cri StartContainer/)).toBe(2);
    });
  }, 90_000);
});
