import { provideImage } from '../support/images';
import { TestCluster } from '../support/cluster';

/** A namespace of a test on the shared cluster, with kubectl bound to it. */
export class Sandbox {
  private constructor(
    readonly cluster: TestCluster,
    readonly namespace: string,
  ) {}

  static async create(namespace: string): Promise<Sandbox> {
    const cluster = TestCluster.shared();
    await provideImage(cluster, 'busybox');
    await cluster.kubectl('create', 'namespace', namespace);
    return new Sandbox(cluster, namespace);
  }

  kubectl(...args: string[]): Promise<string> {
    return this.cluster.kubectl('-n', this.namespace, ...args);
  }

  apply(...objects: object[]): Promise<string> {
    const documents = objects.map((object) => JSON.stringify(object)).join('\n');
    return this.cluster.kubectlInput(documents, '-n', this.namespace, 'apply', '-f', '-');
  }

  async remove(): Promise<void> {
    await this.cluster.kubectl('delete', 'namespace', this.namespace, '--timeout=60s');
  }
}

const keepRunning = ['sh', '-c', 'trap "exit 0" TERM; echo started; while true; do sleep 0.2; done'];

/** A pod of busybox that runs until it is told to end. */
export function busyboxPod(name: string, spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: 'docker.io/library/busybox:1.29', command: keepRunning }],
      ...spec,
    },
  };
}

export function busyboxDeployment(name: string, replicas: number, env: Record<string, string> = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'main',
              image: 'docker.io/library/busybox:1.29',
              command: [
                'sh',
                '-c',
                'mkdir -p /tmp/www; hostname > /tmp/www/index.html; echo serving; exec httpd -f -p 8080 -h /tmp/www',
              ],
              ports: [{ name: 'http', containerPort: 8080 }],
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              readinessProbe: { httpGet: { port: 'http', path: '/' }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  };
}
