import { writeComposePki, type ComposePkiRequest } from '../cluster/compose-pki';
import type { CommandContext } from './context';

/** Makes the certificates of a cluster whose services run apart from each other. */
export async function pki(context: CommandContext, request: ComposePkiRequest): Promise<void> {
  await writeComposePki(request, context.clock.now());
  context.print(`certificates for ${request.nodes} nodes and all services are in ${request.out}`);
}
