import { existsSync } from 'node:fs';
import { criv1 } from '@skiff/contracts';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { Clock } from '@skiff/platform';
import type { NodePaths } from '../cluster/paths';

/** Ends and removes every pod that a node's container runtime knows. */
export async function removePods(node: NodePaths, clock: Clock): Promise<void> {
  if (!existsSync(node.containerdSocket)) return;
  const runtime = new criv1.RuntimeServiceClient(`unix://${node.containerdSocket}`, credentials.createInsecure());
  const deadline = { deadline: new Date(clock.now() + 20_000) };
  const call = <Response>(
    start: (done: (error: ServiceError | null, response: Response) => void) => void,
  ): Promise<Response> =>
    new Promise((resolve, reject) => start((error, response) => (error ? reject(error) : resolve(response))));
  try {
    const { items } = await call<criv1.ListPodSandboxResponse>((done) =>
      runtime.listPodSandbox({ filter: undefined }, done),
    );
    await Promise.all(
      items.map(async ({ id }) => {
        await call<criv1.StopPodSandboxResponse>((done) =>
          runtime.stopPodSandbox({ podSandboxId: id }, new Metadata(), deadline, done),
        );
        await call<criv1.RemovePodSandboxResponse>((done) =>
          runtime.removePodSandbox({ podSandboxId: id }, new Metadata(), deadline, done),
        );
      }),
    );
  } finally {
    runtime.close();
  }
}
