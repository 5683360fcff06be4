import { messageSchema, type FieldSchema } from '@skiff/apimachinery';
import type { Schema } from '../structure/structure';

const metadata = messageSchema('k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta');

/** The metadata of an object, of which a schema may say what it is for. */
export const metadataField = (schema: Schema | undefined): FieldSchema => ({
  name: 'metadata',
  value: metadata,
  doc: schema?.description ?? 'Name, labels and more.',
});
