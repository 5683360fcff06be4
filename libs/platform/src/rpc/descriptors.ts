import { protobufdescriptor } from '@skiff/contracts';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { withPlainNames } from './plain-names';

type File = protobufdescriptor.FileDescriptorProto;
type Message = protobufdescriptor.DescriptorProto;
type Field = protobufdescriptor.FieldDescriptorProto;

/** A file, and how it was serialized: its options may have extensions that only the bytes hold. */
interface Known {
  readonly file: File;
  readonly bytes: Buffer;
}

/** The files of a descriptor set, found by their names and by the symbols in them. */
export class Descriptors {
  private readonly files = new Map<string, Known>();
  private readonly fileOfSymbol = new Map<string, string>();
  private readonly fileOfExtension = new Map<string, Map<number, string>>();

  /** From a serialized google.protobuf.FileDescriptorSet. */
  constructor(set: Uint8Array) {
    const reader = new BinaryReader(set);
    while (reader.pos < reader.len) {
      // The set has one field, the list of files.
      reader.tag();
      this.index(withPlainNames(reader.bytes()));
    }
  }

  /** A file and all that it imports, serialized, itself first; undefined when unknown. */
  file(name: string): Buffer[] | undefined {
    if (!this.files.has(name)) return undefined;
    const names = new Set([name]);
    // The set grows while it is walked, which visits what is imported by imports.
    for (const each of names) for (const imported of this.files.get(each)?.file.dependency ?? []) names.add(imported);
    return [...names].map((each) => this.files.get(each)?.bytes).filter((bytes) => bytes !== undefined);
  }

  /** The file with a service, method, message, field, enum or extension of this full name. */
  fileContaining(symbol: string): Buffer[] | undefined {
    const name = this.fileOfSymbol.get(symbol);
    return name === undefined ? undefined : this.file(name);
  }

  fileExtending(message: string, field: number): Buffer[] | undefined {
    const name = this.fileOfExtension.get(message)?.get(field);
    return name === undefined ? undefined : this.file(name);
  }

  /** The numbers of all known extensions of a message; undefined when it is unknown. */
  extensionNumbers(message: string): number[] | undefined {
    if (!this.fileOfSymbol.has(message)) return undefined;
    return [...(this.fileOfExtension.get(message)?.keys() ?? [])];
  }

  private index(bytes: Buffer): void {
    const file = protobufdescriptor.FileDescriptorProto.decode(bytes);
    const { name: fileName = '' } = file;
    this.files.set(fileName, { file, bytes });
    const prefix = file.package ? `${file.package}.` : '';
    const symbol = (name: string): void => void this.fileOfSymbol.set(name, fileName);
    const extension = (field: Field, scope: string): void => {
      symbol(`${scope}${field.name}`);
      const message = (field.extendee ?? '').replace(/^\./, '');
      const known = this.fileOfExtension.get(message) ?? new Map<number, string>();
      this.fileOfExtension.set(message, known.set(field.number ?? 0, fileName));
    };
    const message = (descriptor: Message, scope: string): void => {
      const name = `${scope}${descriptor.name}`;
      symbol(name);
      for (const field of descriptor.field ?? []) symbol(`${name}.${field.name}`);
      for (const nested of descriptor.nestedType ?? []) message(nested, `${name}.`);
      for (const nested of descriptor.enumType ?? []) symbol(`${name}.${nested.name}`);
      for (const nested of descriptor.extension ?? []) extension(nested, `${name}.`);
    };
    for (const each of file.messageType ?? []) message(each, prefix);
    for (const each of file.enumType ?? []) symbol(`${prefix}${each.name}`);
    for (const each of file.extension ?? []) extension(each, prefix);
    for (const service of file.service ?? []) {
      symbol(`${prefix}${service.name}`);
      for (const method of service.method ?? []) symbol(`${prefix}${service.name}.${method.name}`);
    }
  }
}
