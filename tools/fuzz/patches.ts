import fc from 'fast-check';
import { anything, text } from './values';

const pointer = fc.constantFrom(
  ...['/metadata/labels', '/metadata/labels/a', '/metadata/finalizers/-', '/metadata/name', '/metadata/managedFields'],
  ...['/spec', '/spec/template/spec/containers/0', '/spec/replicas', '/data', '/data/a', '/x~1y/~0', '/status', ''],
);

/** Operations of a JSON patch. */
export const operations = fc.array(
  fc.record({
    op: fc.oneof(
      { weight: 3, arbitrary: fc.constant('add') },
      { weight: 3, arbitrary: fc.constantFrom('remove', 'replace', 'move', 'copy', 'test') },
      { weight: 1, arbitrary: text },
    ),
    path: fc.oneof({ weight: 4, arbitrary: pointer }, { weight: 1, arbitrary: text }),
    from: pointer,
    value: fc.oneof(anything, text, fc.constant({ a: 'b' })),
  }),
  { maxLength: 6 },
);
