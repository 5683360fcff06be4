import { skifftracesv1 } from '@skiff/contracts';
import { Attribute } from './semantics';

interface Row {
  readonly start: string;
  readonly duration: string;
  readonly service: string;
  readonly text: string;
}

/**
 * Causal trees as text, a line for each span: start since the root, duration,
 * service, and name under what caused it. `▸` marks a span that followed across an
 * asynchronous hop, `✗` one that failed.
 */
export function renderTree(roots: readonly skifftracesv1.SpanNode[]): string {
  return roots
    .map((root) => {
      const rows = [...rowsOf(root, root.startMicros ?? 0, '', '', '')];
      const width = (column: 'start' | 'duration' | 'service'): number =>
        Math.max(...rows.map((row) => row[column].length));
      const [start, duration, service] = [width('start'), width('duration'), width('service')];
      return rows
        .map((row) =>
          [row.start.padStart(start), row.duration.padStart(duration), row.service.padEnd(service), row.text].join(
            '  ',
          ),
        )
        .map((line) => `${line}\n`)
        .join('');
    })
    .join('\n');
}

function* rowsOf(
  node: skifftracesv1.SpanNode,
  origin: number,
  lead: string,
  indent: string,
  parentObject: string,
): Generator<Row> {
  const object = objectOf(node);
  const follows = node.relation === skifftracesv1.Relation.RELATION_FOLLOWS ? '▸ ' : '';
  const subject = object === '' || object === parentObject ? '' : ` ${object}`;
  const error = node.error ? `  ✗ ${node.error}` : '';
  yield {
    start: `+${formatMicros((node.startMicros ?? 0) - origin)}`,
    duration: formatMicros(node.durationMicros ?? 0),
    service: node.service ?? '',
    text: `${lead}${follows}${title(node)}${subject}${error}`,
  };
  const children = (node.children ?? []).toSorted((left, right) => (left.startMicros ?? 0) - (right.startMicros ?? 0));
  for (const [position, child] of children.entries()) {
    const last = position === children.length - 1;
    yield* rowsOf(
      child,
      origin,
      `${indent}${last ? '└─ ' : '├─ '}`,
      `${indent}${last ? '   ' : '│  '}`,
      object || parentObject,
    );
  }
}

/** The span's name with what tells it from its like: verb and subresource, plugin, container, image. */
function title({ name = '', attributes = {} }: skifftracesv1.SpanNode): string {
  const subresource = attributes[Attribute.subresource];
  const parts = [
    attributes[Attribute.verb],
    subresource ? `(${subresource})` : undefined,
    attributes[Attribute.plugin],
    attributes[Attribute.container],
    attributes[Attribute.endpoint],
    attributes[Attribute.endpointPod],
    attributes[Attribute.image],
  ];
  return [name, ...parts.filter((part) => part && !name.includes(part))].join(' ');
}

function objectOf({ attributes = {} }: skifftracesv1.SpanNode): string {
  const name = attributes[Attribute.objectName];
  if (name === undefined) return '';
  const namespace = attributes[Attribute.objectNamespace];
  return `${attributes[Attribute.objectKind] ?? ''} ${namespace ? `${namespace}/` : ''}${name}`.trim();
}

/** A duration of microseconds for a reader: "840 µs", "12.3 ms" or "4.20 s". */
export function formatMicros(micros: number): string {
  if (Math.abs(micros) >= 1_000_000) return `${(micros / 1_000_000).toFixed(2)} s`;
  if (Math.abs(micros) >= 1_000) return `${(micros / 1_000).toFixed(1)} ms`;
  return `${Math.round(micros)} µs`;
}
