import {
  connectSubresource,
  kindSchema,
  type ConnectOptions,
  type ConnectSubresource,
  type GroupVersionKind,
} from '@skiff/apimachinery';

const core = (kind: string): GroupVersionKind => ({ group: '', version: 'v1', kind });

/** What is upgraded to a stream: by GET for browsers, and by POST. */
export const streamSubresource = (
  name: string,
  kind: string,
  defaults?: ConnectOptions['defaults'],
): ConnectSubresource =>
  connectSubresource(name, core(kind), ['create', 'get'], {
    options: { schema: kindSchema(core(kind)), ...(defaults && { defaults }) },
  });

/** What passes a request on, whatever its method. */
export const proxySubresource = (kind: string): ConnectSubresource =>
  connectSubresource('proxy', core(kind), ['create', 'delete', 'get', 'patch', 'update'], {
    options: { schema: kindSchema(core(kind)) },
    subpath: true,
  });

/** What is read as text, with options of its own. */
export const readSubresource = (name: string, kind: string, readOptions: string): ConnectSubresource =>
  connectSubresource(name, core(kind), ['get'], { readOptions: core(readOptions) });
