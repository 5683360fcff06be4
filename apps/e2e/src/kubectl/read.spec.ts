import { eventually } from '../support/execute';
import { busyboxDeployment, busyboxPod, Sandbox } from './support';
import { kubectlSince } from '../support/kubectl';

describe('reading with kubectl', () => {
  let sandbox: Sandbox;
  const kubectl = (...args: string[]): Promise<string> => sandbox.kubectl(...args);

  beforeAll(async () => {
    sandbox = await Sandbox.create('kubectl-read');
    await sandbox.apply(busyboxPod('one'), busyboxPod('two'), busyboxDeployment('web', 2));
    await kubectl('wait', '--for=condition=Ready', 'pod/one', 'pod/two', '--timeout=60s');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
  }, 150_000);
  afterAll(() => sandbox.remove(), 90_000);

  it('get prints the columns of a pod, and more with -o wide', async () => {
    expect(await kubectl('get', 'pod', 'one')).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE\none +1\/1 +Running +0 +\d+s\n$/,
    );
    const wide = await kubectl('get', 'pod', 'one', '-o', 'wide');
    expect(wide).toMatch(/AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n/);
    expect(wide).toMatch(/ 10\.244\.\d+\.\d+ +e2e-node-[12] +<none> +<none>\n$/);
  });

  it('get prints json, yaml and jsonpath', async () => {
    expect(JSON.parse(await kubectl('get', 'pod', 'one', '-o', 'json'))).toMatchObject({
      kind: 'Pod',
      apiVersion: 'v1',
      status: { phase: 'Running' },
    });
    expect(await kubectl('get', 'pod', 'one', '-o', 'yaml')).toContain('\n  phase: Running\n');
    expect(await kubectl('get', 'pods', '-l', 'app in (one,two)', '-o', 'jsonpath={.items[*].metadata.name}')).toBe(
      'one two',
    );
    expect(await kubectl('get', 'deployment', 'web', '-o', 'name')).toBe('deployment.apps/web\n');
  });

  it('get selects by label, by field and in all namespaces', async () => {
    expect(await kubectl('get', 'pods', '-l', 'app=two', '--no-headers')).toMatch(/^two .*\n$/);
    expect(await kubectl('get', 'pods', '--field-selector', 'metadata.name=one', '--no-headers')).toMatch(/^one .*\n$/);
    const all = await kubectl('get', 'pods', '-A');
    expect(all).toMatch(/^NAMESPACE +NAME /);
    expect(all).toMatch(/kubectl-read +one /);
    expect(await kubectl('get', 'all')).toMatch(
      /pod\/one [\s\S]*deployment\.apps\/web +2\/2 +2 +2 [\s\S]*replicaset\.apps\/web-[a-z0-9]+ +2 +2 +2 /,
    );
  });

  it('get -w prints each change', async () => {
    const watch = sandbox.cluster.spawnKubectl(
      '-n',
      sandbox.namespace,
      'get',
      'pod',
      'two',
      '-w',
      '--no-headers',
      '-L',
      'colour',
    );
    try {
      let output = '';
      watch.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await eventually(() => expect(output).toMatch(/^two /));
      await kubectl('label', 'pod', 'two', 'colour=green');
      await eventually(() => expect(output).toMatch(/\ntwo .*green\n/));
    } finally {
      watch.kill();
    }
  });

  it('a missing object is an error with the code of upstream', async () => {
    await expect(kubectl('get', 'pod', 'nobody')).rejects.toThrow(
      'Error from server (NotFound): pods "nobody" not found',
    );
    await expect(kubectl('get', 'gadgets')).rejects.toThrow(`the server doesn't have a resource type "gadgets"`);
  });

  it('describe tells all of a pod, a node, a deployment and a service', async () => {
    await kubectl('expose', 'deployment', 'web', '--port=80', '--target-port=http');
    const pod = await kubectl('describe', 'pod', 'one');
    expect(pod).toMatch(/Status: +Running/);
    expect(pod).toMatch(
      /Normal +Scheduled +.* default-scheduler +Successfully assigned kubectl-read\/one to e2e-node-/,
    );
    expect(pod).toMatch(/Normal +Started +.* kubelet +.*tarted/);
    const node = await kubectl('describe', 'node', 'e2e-node-1');
    expect(node).toMatch(/Ready +True .* KubeletReady/);
    expect(node).toMatch(/Allocated resources:/);
    const deployment = await kubectl('describe', 'deployment', 'web');
    expect(deployment).toMatch(/Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable/);
    expect(deployment).toMatch(/Available +True +MinimumReplicasAvailable/);
    await eventually(async () =>
      expect(await kubectl('describe', 'service', 'web')).toMatch(
        /Endpoints: +10\.244\.\d+\.\d+:8080,10\.244\.\d+\.\d+:8080/,
      ),
    );
  });

  it('explain, api-resources, cluster-info and version know the cluster', async () => {
    const explained = await kubectl('explain', 'deployment.spec.strategy');
    expect(explained).toMatch(/KIND: +Deployment/);
    expect(explained).toMatch(/rollingUpdate\s/);
    expect(explained).toMatch(/DESCRIPTION:\n +\S+/);
    const resources = await kubectl('api-resources');
    expect(resources).toMatch(/pods +po +v1 +true +Pod\n/);
    expect(resources).toMatch(/deployments +deploy +apps\/v1 +true +Deployment\n/);
    expect(await kubectl('cluster-info')).toMatch(/is running at.*https:\/\/127\.0\.0\.1:\d+/);
    expect(await kubectl('version')).toMatch(/Server Version: .*v1\.35/);
  });

  // Clients before 1.26 do not have the command.
  (kubectlSince(26) ? it : it.skip)('events lists what happened', async () => {
    expect(await kubectl('events', '--for', 'pod/one')).toMatch(/Normal +Scheduled +Pod\/one +Successfully assigned/);
  });

  it('top says that metrics are not available yet', async () => {
    await expect(kubectl('top', 'pods')).rejects.toThrow(/Metrics API not available|metrics not available yet/i);
  });
});
