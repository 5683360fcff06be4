import { status as codes, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { descriptorSet, grpcreflectionv1 } from '@skiff/contracts';
import { Descriptors } from './descriptors';

type Request = grpcreflectionv1.ServerReflectionRequest;
type Answer = Omit<grpcreflectionv1.ServerReflectionResponse, 'validHost' | 'originalRequest'>;

let known: Descriptors | undefined;

/** Decoded when somebody asks for the first time: most servers never are. */
function descriptors(): Descriptors {
  known ??= new Descriptors(descriptorSet());
  return known;
}

/** The two names under which clients look for reflection; the messages are the same. */
export const reflectionServices: readonly ServiceDefinition[] = ['v1', 'v1alpha'].map((version) => ({
  serverReflectionInfo: {
    ...grpcreflectionv1.ServerReflectionService.serverReflectionInfo,
    path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
  },
}));

/** Handlers that answer about these services and everything in proto/. */
export function reflectionHandlers(
  services: () => readonly string[],
): grpcreflectionv1.ServerReflectionServer & UntypedServiceImplementation {
  return {
    serverReflectionInfo: (call) => {
      call.on('data', (request: Request) => {
        call.write(answerReflection(request, services));
      });
      call.on('end', () => call.end());
    },
  };
}

/** The answer to one question about these services and everything in proto/. */
export function answerReflection(
  request: Request,
  services: () => readonly string[],
): grpcreflectionv1.ServerReflectionResponse {
  return { validHost: request.host ?? '', originalRequest: request, ...answer(request, services) };
}

function answer(request: Request, services: () => readonly string[]): Answer {
  if (request.listServices !== undefined)
    return { listServicesResponse: { service: services().map((name) => ({ name })) } };
  if (request.fileByFilename !== undefined) return files(descriptors().file(request.fileByFilename));
  if (request.fileContainingSymbol !== undefined)
    return files(descriptors().fileContaining(request.fileContainingSymbol));
  if (request.fileContainingExtension !== undefined) {
    const { containingType = '', extensionNumber = 0 } = request.fileContainingExtension;
    return files(descriptors().fileExtending(containingType, extensionNumber));
  }
  const baseTypeName = request.allExtensionNumbersOfType ?? '';
  const extensionNumber = descriptors().extensionNumbers(baseTypeName);
  return extensionNumber === undefined ? notFound : { allExtensionNumbersResponse: { baseTypeName, extensionNumber } };
}

const notFound: Answer = { errorResponse: { errorCode: codes.NOT_FOUND, errorMessage: 'not found' } };

function files(found: Buffer[] | undefined): Answer {
  return found === undefined ? notFound : { fileDescriptorResponse: { fileDescriptorProto: found } };
}
