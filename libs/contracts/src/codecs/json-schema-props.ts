import { BinaryWriter, type BinaryReader } from '@bufbuild/protobuf/wire';
import { JSONSchemaProps } from '../generated/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/generated';
import type { Codec } from './codec';
import { readMessage } from './read';

export type JSONSchemaPropsOrArray = JSONSchemaProps | JSONSchemaProps[];
export type JSONSchemaPropsOrBool = JSONSchemaProps | boolean;
export type JSONSchemaPropsOrStringArray = JSONSchemaProps | string[];

export const JSONSchemaPropsOrArray: Codec<JSONSchemaPropsOrArray> = {
  encode: (value, writer = new BinaryWriter()) => {
    if (!Array.isArray(value)) return JSONSchemaProps.encode(value, writer.uint32(10).fork()).join();
    for (const item of value) JSONSchemaProps.encode(item, writer.uint32(18).fork()).join();
    return writer;
  },
  decode: (input: BinaryReader | Uint8Array, length?: number) => {
    let schema: JSONSchemaProps | undefined;
    const schemas: JSONSchemaProps[] = [];
    readMessage(input, length, (field, reader) => {
      if (field === 1) schema = JSONSchemaProps.decode(reader, reader.uint32());
      else if (field === 2) schemas.push(JSONSchemaProps.decode(reader, reader.uint32()));
      else return false;
      return true;
    });
    return schema ?? schemas;
  },
};

export const JSONSchemaPropsOrBool: Codec<JSONSchemaPropsOrBool> = {
  encode: (value, writer = new BinaryWriter()) =>
    typeof value === 'boolean'
      ? writer.uint32(8).bool(value)
      : JSONSchemaProps.encode(value, writer.uint32(8).bool(true).uint32(18).fork()).join(),
  decode: (input: BinaryReader | Uint8Array, length?: number) => {
    let allows = false;
    let schema: JSONSchemaProps | undefined;
    readMessage(input, length, (field, reader) => {
      if (field === 1) allows = reader.bool();
      else if (field === 2) schema = JSONSchemaProps.decode(reader, reader.uint32());
      else return false;
      return true;
    });
    return schema ?? allows;
  },
};

export const JSONSchemaPropsOrStringArray: Codec<JSONSchemaPropsOrStringArray> = {
  encode: (value, writer = new BinaryWriter()) => {
    if (!Array.isArray(value)) return JSONSchemaProps.encode(value, writer.uint32(10).fork()).join();
    for (const item of value) writer.uint32(18).string(item);
    return writer;
  },
  decode: (input: BinaryReader | Uint8Array, length?: number) => {
    let schema: JSONSchemaProps | undefined;
    const properties: string[] = [];
    readMessage(input, length, (field, reader) => {
      if (field === 1) schema = JSONSchemaProps.decode(reader, reader.uint32());
      else if (field === 2) properties.push(reader.string());
      else return false;
      return true;
    });
    return schema ?? properties;
  },
};
