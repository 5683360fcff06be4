import type { ApiObject } from '@skiff/apimachinery';

/** Records events about objects. */
export interface Recorder {
  event(object: ApiObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}
