import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { skifftracesv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { channelCredentials, renderTree, tracesChannelOptions, type TlsFiles } from '@skiff/platform';
import { counted } from '../cluster/bring-up';
import { table } from '../text/table';
import { renderPage } from '../trace-page/page';
import { renderChanges, renderStory } from '../trace-page/render-story';
import { tracesAddress } from '../processes/addresses';
import { UserError } from '../errors';
import { call } from './call';
import { clusterOf, type CommandContext } from './context';
import { requireElsewhere, whereToLook } from './cluster-elsewhere';
import { parseObject } from './object-name';

export interface TraceOptions {
  readonly name: string;
  readonly namespace: string;
  readonly output: 'tree' | 'json';
  /** Whether every span is printed, rather than what tells the story. */
  readonly all: boolean;
  /** Which of the changes is told of: 1 is the latest. */
  readonly change: number;
  /** Whether the changes are listed instead. */
  readonly changes: boolean;
  /** Asks for a page instead: the file to write, or true for standard output. */
  readonly html?: string | true;
  /** The traces service, "host:port", of a cluster that was not started here; then the files to reach it by. */
  readonly traces?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

const deadlineMilliseconds = 10_000;

/** Prints what caused what, from the request that wrote an object to all that followed. */
export async function trace(context: CommandContext, object: string, options: TraceOptions): Promise<void> {
  requireElsewhere('--traces', options.traces, options);
  const { target, files } = tracesOf(context, options);
  const { kind, name } = parseObject(object);
  const namespace = kind.namespaced ? options.namespace : '';
  const channel = files ? channelCredentials(files, target) : credentials.createInsecure();
  const service = new skifftracesv1.TraceQueryServiceClient(target, channel, tracesChannelOptions(target));
  try {
    const { change, changes } = options;
    const limit = changes ? listedChanges : change;
    const request = { kind: kind.kind, namespace, name, limit, maxSpans: spansOfChange * limit };
    const response = await explain(service, request, options, context.clock.now() + deadlineMilliseconds);
    const { roots = [], truncated = false } = response;
    const object_ = `${kind.kind} "${name}"${namespace === '' ? '' : ` in namespace "${namespace}"`}`;
    if (roots.length === 0)
      throw new UserError(`nothing is known of what caused ${object_}: traces are kept for an hour`);
    if (changes) return table(renderChanges(roots)).forEach((line) => context.print(line));
    const root = roots[change - 1];
    if (!root) throw new UserError(`${counted(roots.length, 'change')} of ${object_} can be told of, not ${change}`);
    await tell(context, options, { root, truncated, title: `${kind.kind} ${name}` });
  } finally {
    service.close();
  }
}

/** How many changes are listed, and how many spans each may have. */
const listedChanges = 20;
const spansOfChange = 2_000;

interface Told {
  readonly root: skifftracesv1.SpanNode;
  readonly truncated: boolean;
  readonly title: string;
}

async function tell(context: CommandContext, options: TraceOptions, { root, truncated, title }: Told): Promise<void> {
  const { html, output, all } = options;
  if (html !== undefined) {
    const page = renderPage([root], { title, truncated });
    if (html === true) context.print(page);
    else await writePage(html, page);
    return;
  }
  if (output === 'json') return context.print(JSON.stringify({ roots: [plain(root)], truncated }, null, 2));
  context.print(all ? renderTree([root]) : renderStory([root], context.columns));
  if (truncated) context.print('… and more: the latest spans are left off');
  if (!all)
    context.print('\n`--all` prints every span, `--changes` lists earlier changes, `--html FILE` writes a page.');
}

/** Where the traces are, and the files to reach them by; without these in plain text, as on a developer's loopback. */
function tracesOf(
  context: CommandContext,
  { name, traces, caFile, certFile, keyFile }: TraceOptions,
): { target: string; files: TlsFiles | undefined } {
  if (traces !== undefined)
    return { target: traces, files: caFile === undefined ? undefined : { caFile, certFile, keyFile } };
  const { cluster, paths } = clusterOf(context, name);
  const file = (which: string): string => join(paths.pki, which);
  const files = { caFile: file('ca.crt'), certFile: file('admin.crt'), keyFile: file('admin.key') };
  return { target: tracesAddress(cluster), files };
}

async function writePage(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new UserError(`the page cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const relations: Readonly<Record<number, string>> = { 1: 'root', 2: 'child', 3: 'follows' };

/** A node of the tree with its relation in words. */
function plain(node: skifftracesv1.SpanNode): object {
  return { ...node, relation: relations[node.relation ?? 0], children: (node.children ?? []).map(plain) };
}

async function explain(
  service: skifftracesv1.TraceQueryServiceClient,
  request: skifftracesv1.ExplainRequest,
  { name, traces }: TraceOptions,
  deadline: number,
): Promise<skifftracesv1.ExplainResponse> {
  try {
    return await call((...rest) => service.explain(request, ...rest), deadline);
  } catch (error) {
    if (hasReason(error, 'Timeout')) throw new UserError('the traces service did not answer in time');
    if (hasReason(error, 'Unauthorized'))
      throw new UserError('the traces service does not know you: --cert-file and --key-file say who you are');
    if (hasReason(error, 'ServiceUnavailable'))
      throw new UserError(`the traces service cannot be reached${whereToLook('traces', name, traces)}`);
    throw error;
  }
}
