import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type WantedCluster } from './read-config';

describe('the configuration file of a cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-config-'));
  const file = join(folder, 'cluster.yaml');
  afterAll(() => rmSync(folder, { recursive: true }));

  const head = 'apiVersion: skiff/v1alpha1\nkind: Cluster\n';
  const read = (text: string): WantedCluster => {
    writeFileSync(file, head + text);
    return readConfig(file);
  };
  const problems = (text: string): string[] => {
    try {
      read(text);
    } catch (error) {
      return (error as Error).message.split('\n').map((line) => line.replace(`${file}:`, ''));
    }
    return [];
  };

  it('says what a cluster is to be, and leaves the rest as it is', () => {
    writeFileSync(join(folder, 'scheduler.yaml'), '');
    writeFileSync(join(folder, 'web.tar'), '');
    const text = `
name: dev
store: etcd
nodes:
  - {}
  - { name: big, labels: { disk: ssd, node-role.kubernetes.io/db: "" }, taints: ["dedicated=db:NoSchedule"] }
  - { count: 2 }
network: { nodes: 172.31.40.0/24, pods: 10.1.0.0/16, services: 10.2.0.0/16 }
ports: { apiServer: 7000, others: 7010 }
settings:
  apiServer: { enableAdmissionPlugins: [AlwaysPullImages, PodNodeSelector], encryptionProviderConfig: encryption.yaml }
  kubelet: { maxPods: 50 }
scheduler: { config: scheduler.yaml }
images: [web.tar, docker.io/library/web:v1]
`;
    expect(read(text)).toEqual({
      cluster: {
        name: 'dev',
        store: 'etcd',
        nodes: [
          {},
          {
            name: 'big',
            labels: { disk: 'ssd', 'node-role.kubernetes.io/db': '' },
            taints: ['dedicated=db:NoSchedule'],
          },
          {},
          {},
        ],
        nodeRange: '172.31.40.0/24',
        podRange: '10.1.0.0/16',
        serviceRange: '10.2.0.0/16',
        apiPort: 7000,
        basePort: 7010,
        settings: {
          'api-server': {
            enableAdmissionPlugins: 'AlwaysPullImages,PodNodeSelector',
            encryptionProviderConfig: join(folder, 'encryption.yaml'),
          },
          kubelet: { maxPods: '50' },
          scheduler: { config: join(folder, 'scheduler.yaml') },
        },
      },
      images: [join(folder, 'web.tar'), 'docker.io/library/web:v1'],
    });
    expect(read('')).toEqual({ cluster: {}, images: [] });
  });

  it('is refused with the line and the path of everything that is wrong', () => {
    const text = `name: Dev
nodes:
  - label: {}
    taints: [a]
  - count: two
network:
  pods: 10.1.0.0
settings:
  kubelet: { maxPod: 1, maxPods: {} }
colour: red
`;
    expect(problems(text)).toEqual([
      '3: name: a name of at most 22 lower-case letters, digits and dashes, beginning with a letter, is needed, not Dev',
      '5: nodes[0].label: unknown key; there are: name, count, labels, taints',
      '6: nodes[0].taints[0]: key=value:effect, with NoSchedule, PreferNoSchedule or NoExecute for an effect, is needed, not a',
      '7: nodes[1].count: a number from 1 to 20 is needed, not two',
      '9: network.pods: a range of IPv4 addresses such as 10.96.0.0/16 is needed, not 10.1.0.0',
      expect.stringMatching(/^11: settings\.kubelet\.maxPod: unknown key; there are: apiServer, .*maxPods/),
      '11: settings.kubelet.maxPods: text, a number, true or false, or a list of those is needed',
      expect.stringMatching(/^12: colour: unknown key; there are: apiVersion, kind, name/),
    ]);
  });

  it('is refused for labels, taints and addresses that no cluster could have', () => {
    const text = `nodes:
  - labels: { "bad key": x, ok: "no good" }
    taints: ["-a=b:NoSchedule"]
network: { nodes: 10.0.300.0/24, pods: 300.1.0.0/16 }
address: 1.2.3.256
`;
    expect(problems(text)).toEqual([
      expect.stringMatching(/^4: nodes\[0\]\.labels\.bad key: a key such as disk .* is needed$/),
      expect.stringMatching(/^4: nodes\[0\]\.labels\.ok: a value of at most 63 .* is needed, not no good$/),
      expect.stringMatching(/^5: nodes\[0\]\.taints\[0\]: key=value:effect/),
      '6: network.nodes: a range such as 172.31.30.0/24 is needed, not 10.0.300.0/24',
      expect.stringMatching(/^6: network\.pods: a range of IPv4 addresses .* is needed, not 300\.1\.0\.0\/16$/),
      '7: address: an IPv4 address is needed, not 1.2.3.256',
    ]);
  });

  it('is refused for what does not go together', () => {
    const text = `nodes: [{ name: a, count: 2 }, { name: b }, { name: b }]
images: [absent.tar, docker.io/library/web:v1]
network: { pods: 10.96.0.0/12 }
settings: { kubelet: { nodeIp: 10.0.0.1 }, traces: { listen: ":1" }, scheduler: { plugins: a.js } }
scheduler: { config: absent.yaml }
`;
    expect(problems(text)).toEqual([
      ' nodes[0]: only one node can have the name "a"',
      ' nodes[2]: only one node can have the name "b"',
      ' network: 10.96.0.0/12 overlaps another',
      ' settings.kubelet.nodeIp: `skiff up` sets this itself',
      ' settings.traces.listen: `skiff up` sets this itself',
      ' settings.scheduler.plugins: write scheduler.plugins',
      ` scheduler: there is no file ${join(folder, 'absent.yaml')}`,
      ` images[0]: there is no file ${join(folder, 'absent.tar')}`,
    ]);
  });

  it('is refused when it is no YAML, no such file, or of another kind', () => {
    expect(problems('nodes: [')[0]).toMatch(/^\d+: /);
    expect(problems('name: a\n---\nname: b\n')).toEqual(['4: one document is needed, and this begins another']);
    expect(problems('name: a\nname: b\n')).toEqual(['4: Map keys must be unique']);
    writeFileSync(file, 'kind: Pod\n');
    expect(() => readConfig(file)).toThrow(
      `${file}:1: kind: one of Cluster is needed, not Pod\n${file}:1: apiVersion: is needed`,
    );
    expect(() => readConfig(join(folder, 'none.yaml'))).toThrow(/cannot be read: .*ENOENT/);
  });
});
