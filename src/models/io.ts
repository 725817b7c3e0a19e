/**
 * What is known about input and output: the network, child processes, and storage. `engine` is named where the
 * storage is a server of its own, which may be slow or away while a lock is held.
 */

import { aliased, each } from './entries.js';
import type { Effect, GlobalModel, Nothing, PackageModel } from './format.js';

type Entries = PackageModel['members'];

const network: Effect = { does: 'network' };
/** `await got(url).json()`: the call is complete only with what is called on its result. */
const request: Effect = { does: 'network', chain: true };
const child: Effect = { does: 'process' };
const childSync: Effect = { does: 'process', sync: true };
const file: Effect = { does: 'storage' };
const fileSync: Effect = { does: 'storage', sync: true };
const nothing: Nothing = { does: 'nothing' };
const verbs = 'get head delete post put patch';
const mongooseStatics = 'find findById findByIdAndDelete findByIdAndUpdate findOne findOneAndDelete findOneAndReplace '
  + 'findOneAndUpdate create insertMany insertOne updateOne updateMany deleteOne deleteMany replaceOne bulkWrite '
  + 'bulkSave aggregate countDocuments estimatedDocumentCount distinct exists populate syncIndexes createCollection';

const httpPackages: readonly PackageModel[] = [
  {
    package: 'axios',
    members: {
      'default': network,
      'create': { does: 'nothing', gives: 'default' },
      ...each('', network, `${verbs} options request postForm putForm patchForm query`),
      'Axios#request': network,
    },
    aliases: { 'axios': 'default', 'AxiosInstance#': 'default', 'AxiosStatic#': 'default', 'Axios#': 'default' },
  },
  {
    package: 'undici',
    members: {
      ...each('', network, 'fetch request stream pipeline connect upgrade'),
      ...each('Dispatcher#', network, 'request stream pipeline connect upgrade'),
    },
    aliases: aliased('Dispatcher#', 'Client Pool BalancedPool RoundRobinPool Agent ProxyAgent EnvHttpProxyAgent '
      + 'RetryAgent'),
  },
  { package: 'aws4fetch', members: { 'AwsClient#fetch': network } },
  {
    package: 'got',
    members: {
      'default': request,
      'extend': { does: 'nothing', gives: 'default' },
      ...each('', request, `${verbs} stream paginate paginate.all paginate.each`),
    },
    aliases: { 'got': 'default', 'Got#': 'default' },
  },
  {
    package: 'ky',
    members: {
      'default': request,
      'create': { does: 'nothing', gives: 'default' },
      'extend': { does: 'nothing', gives: 'default' },
      ...each('', request, verbs),
    },
    aliases: { 'KyInstance#': 'default' },
  },
  {
    package: 'superagent',
    members: {
      'default': request,
      'agent': { does: 'nothing', gives: 'default' },
      ...each('', request, `${verbs} options del`),
    },
  },
  { package: 'needle', members: { 'default': network, ...each('', network, `${verbs} request`) } },
  { package: ['node-fetch', 'cross-fetch', 'isomorphic-fetch'], members: { 'default': network, 'fetch': network } },
  { package: 'ofetch', members: each('', network, '$fetch ofetch $fetch.raw ofetch.raw') },
  {
    package: ['request', 'request-promise', 'request-promise-native'],
    members: { 'default': network, ...each('', network, verbs) },
  },
  {
    package: ['node:http', 'node:https'],
    members: { 'get': network, 'request': network },
  },
  {
    package: 'node:http2',
    members: { 'connect': { ...network, gives: 'ClientHttp2Session#' }, 'ClientHttp2Session#request': network },
  },
  {
    package: 'node:net',
    members: { 'connect': network, 'createConnection': network, 'Socket#connect': network },
    aliases: { 'Stream#': 'Socket#' },
  },
  { package: 'node:tls', members: { 'connect': network } },
  {
    package: 'node:dgram',
    members: { 'createSocket': { does: 'nothing', gives: 'Socket#' }, ...each('Socket#', network, 'send connect') },
  },
  { package: 'node:dns', members: { ...dns('promises.'), ...dns('') } },
  { package: 'node:dns/promises', members: dns('') },
];

const servicePackages: readonly PackageModel[] = [
  {
    // Messages are put on the wire without waiting; only a callback or a wrapper says when they are gone.
    package: 'ws',
    members: { 'WebSocket#send': network, 'WebSocket#ping': network },
    aliases: { 'default#': 'WebSocket#' },
  },
  {
    package: 'socket.io-client',
    members: { 'io': { does: 'nothing', gives: 'Socket#' }, 'Socket#emitWithAck': network },
  },
  { package: 'socket.io', members: { 'Socket#emitWithAck': network, 'Server#emitWithAck': network } },
  {
    package: 'nodemailer',
    members: {
      'createTransport': { does: 'nothing', gives: 'Transporter#' },
      'Transporter#sendMail': network,
      'Transporter#verify': network,
    },
  },
  {
    package: '@aws-sdk/client-*',
    members: {
      '*#send': network,
      'paginate*': network,
      'waitUntil*': [network, { does: 'sleep' }],
      // The aggregated clients; only these, for what a response or a command holds is no client.
      ...each('', network, 'S3#* SQS#* SNS#* SES#* SESv2#* SSM#* KMS#* STS#* Lambda#* SecretsManager#* EventBridge#* '
        + 'CloudWatch#* CloudWatchLogs#* ECS#* EC2#*'),
    },
  },
  { package: '@aws-sdk/lib-storage', members: { 'Upload#done': network } },
  { package: '@aws-sdk/lib-*', members: { '*#send': network } },
  { package: '@aws-sdk/s3-request-presigner', members: { 'getSignedUrl': nothing } },
  {
    package: 'aws-sdk',
    members: { 'DynamoDB.DocumentClient#*': { does: 'storage', engine: 'dynamodb', chain: true }, '*#*': request },
  },
  {
    package: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],
    members: {
      '*#send': { does: 'storage', engine: 'dynamodb' },
      'DynamoDB#*': { does: 'storage', engine: 'dynamodb' },
      'DynamoDBDocumentClient.from': { does: 'nothing', gives: 'DynamoDBDocumentClient#' },
      'DynamoDBDocument.from': { does: 'nothing', gives: 'DynamoDBDocument#' },
      'DynamoDBDocument#*': { does: 'storage', engine: 'dynamodb' },
    },
  },
  {
    // Generated clients: every method is a call, with a callback, a stream or (wrapped) a promise.
    package: '@grpc/grpc-js',
    members: {
      'makeGenericClientConstructor()#*': network,
      ...each('Client#', network, 'makeUnaryRequest makeServerStreamRequest makeClientStreamRequest '
        + 'makeBidiStreamRequest waitForReady'),
    },
    aliases: {
      'ServiceClient#': 'makeGenericClientConstructor()#',
      'makeClientConstructor()': 'makeGenericClientConstructor()',
    },
  },
  { package: ['@connectrpc/connect'], members: { 'createClient().*': network, 'createPromiseClient().*': network } },
  sdk('@slack/web-api', 'WebClient'),
  { package: '@slack/webhook', members: { 'IncomingWebhook#send': network } },
  { package: '@slack/bolt', members: { 'App#client.**': network, 'App#start': network, 'App#stop': network } },
  sdk('stripe', 'Stripe', each('Stripe#', nothing, 'webhooks.* webhooks.signature.* on off')),
  {
    package: 'twilio',
    members: {
      'default': { does: 'nothing', gives: 'Twilio#' },
      'Twilio#messages': { does: 'nothing', gives: 'Twilio#messages' },
      'Twilio#calls': { does: 'nothing', gives: 'Twilio#calls' },
      'Twilio#**': request,
    },
  },
  {
    package: '@sendgrid/mail',
    members: { ...each('', network, 'send sendMultiple'), ...each('MailService#', network, 'send sendMultiple') },
  },
  sdk('openai', 'OpenAI', {}, 'AzureOpenAI'),
  sdk('@anthropic-ai/sdk', 'Anthropic'),
  {
    package: ['@octokit/rest', '@octokit/core', 'octokit'],
    members: { 'Octokit#hook.*': nothing, 'Octokit#log.*': nothing, 'Octokit#**': network },
  },
  { package: '@octokit/request', members: { 'request': network } },
  { package: '@octokit/graphql', members: { 'graphql': network } },
  {
    package: '@actions/github',
    members: { 'getOctokit': { does: 'nothing', gives: 'Octokit#' }, 'Octokit#**': network },
  },
  {
    // `google.drive('v3')` gives the client of one service.
    package: ['googleapis', '@googleapis/*'],
    members: {
      'google.*': { does: 'nothing', gives: 'Service#' },
      'google.options': nothing,
      'google.auth.*#*': network,
      'google.auth.*': nothing,
      'auth.*#*': network,
      'Service#**': network,
    },
  },
  {
    package: '@google-cloud/pubsub',
    members: {
      'PubSub#topic': { does: 'nothing', gives: 'Topic#' },
      'Topic#*': network,
      'PubSub#createTopic': network,
      'PubSub#createSubscription': network,
    },
  },
  {
    package: '@google-cloud/storage',
    members: {
      'Storage#bucket': { does: 'nothing', gives: 'Bucket#' },
      'Bucket#file': { does: 'nothing', gives: 'File#' },
      'Bucket#*': network,
      'File#createReadStream': nothing,
      'File#createWriteStream': nothing,
      'File#*': network,
    },
  },
  {
    package: '@trpc/client',
    members: {
      'createTRPCClient().**': network,
      'createTRPCProxyClient().**': network,
      'TRPCClient#**': network,
    },
  },
  {
    package: 'graphql-request',
    members: {
      ...each('', network, 'request rawRequest batchRequests'),
      ...each('GraphQLClient#', network, 'request rawRequest batchRequests'),
      'gql': nothing,
    },
  },
  {
    package: ['@apollo/client', '@apollo/client/core'],
    members: each('ApolloClient#', network, 'query mutate refetchQueries reFetchObservableQueries resetStore'),
  },
  { package: ['urql', '@urql/core'], members: each('Client#', request, 'query mutation') },
  {
    package: 'kafkajs',
    members: {
      'Kafka#producer': { does: 'nothing', gives: 'Producer#' },
      'Kafka#consumer': { does: 'nothing', gives: 'Consumer#' },
      'Kafka#admin': { does: 'nothing', gives: 'Admin#' },
      ...each('Producer#', network, 'connect disconnect send sendBatch'),
      'Producer#transaction': { ...network, gives: 'Transaction#' },
      ...each('Transaction#', network, 'send sendBatch sendOffsets commit abort'),
      ...each('Consumer#', network, 'connect disconnect subscribe run stop commitOffsets'),
      'Admin#*': network,
    },
  },
  {
    package: ['amqplib', 'amqplib/callback_api'],
    members: {
      'connect': { ...network, gives: 'ChannelModel#' },
      'ChannelModel#createChannel': { ...network, gives: 'Channel#' },
      'ChannelModel#createConfirmChannel': { ...network, gives: 'Channel#' },
      'ChannelModel#close': network,
      // Written to a buffer; the answer says whether that is full.
      ...each('Channel#', nothing, 'publish sendToQueue ack nack on once'),
      'Channel#*': network,
    },
    aliases: { 'Connection#': 'ChannelModel#', 'ConfirmChannel#': 'Channel#' },
  },
  {
    // Tables are Postgres behind HTTP.
    package: '@supabase/supabase-js',
    members: {
      'createClient': { does: 'nothing', gives: 'SupabaseClient#' },
      'SupabaseClient#from': { does: 'storage', engine: 'supabase', chain: true },
      'SupabaseClient#rpc': { does: 'storage', engine: 'supabase', chain: true },
      'SupabaseClient#schema': { does: 'nothing', gives: 'SupabaseClient#' },
      'SupabaseClient#auth.onAuthStateChange': nothing,
      'SupabaseClient#auth.**': network,
      'SupabaseClient#storage.from': request,
      'SupabaseClient#storage.**': network,
      'SupabaseClient#functions.invoke': network,
    },
  },
  {
    package: 'viem',
    members: {
      'createPublicClient().*': network, 'createWalletClient().*': network, 'PublicClient#*': network,
      'WalletClient#*': network,
    },
  },
  { package: 'ethers', members: { 'JsonRpcProvider#*': network, 'WebSocketProvider#*': network } },
  { package: '@discordjs/rest', members: each('REST#', network, 'get post put patch delete request') },
];

const processPackages: readonly PackageModel[] = [
  {
    package: 'node:child_process',
    members: {
      ...each('', childSync, 'execSync execFileSync spawnSync'),
      ...each('', child, 'exec execFile spawn fork'),
    },
  },
  {
    package: 'execa',
    members: {
      ...each('', { ...child, chain: true }, 'default execa execaCommand execaNode $ command'),
      ...each('', childSync, 'execaSync execaCommandSync $.sync sync commandSync'),
      ...each('', nothing, 'parseCommandString getCancelSignal'),
    },
  },
  {
    package: 'zx',
    members: {
      '$': { ...child, chain: true },
      '$.sync': childSync,
      'within': { does: 'nothing', invokes: [0] },
      'fetch': network,
      'question': { does: 'event' },
      'stdin': { does: 'event' },
    },
  },
  { package: 'cross-spawn', members: { 'default': child, 'spawn': child, 'sync': childSync } },
  { package: 'nano-spawn', members: { 'default': child } },
  { package: 'tinyexec', members: { 'x': child, 'exec': child } },
  { package: '@actions/exec', members: { 'exec': child, 'getExecOutput': child } },
  { package: 'simple-git', members: { 'default().*': child, 'simpleGit().*': child, 'SimpleGit#*': child } },
];

const storagePackages: readonly PackageModel[] = [
  {
    package: 'node:fs/promises',
    members: { 'watch': { does: 'event' }, 'open': { ...file, gives: 'FileHandle#' }, 'FileHandle#*': file, '*': file },
  },
  {
    package: ['node:fs', 'graceful-fs', 'fs-extra', 'memfs'],
    members: {
      ...each('', nothing, 'createReadStream createWriteStream watch watchFile unwatchFile'),
      'promises.watch': { does: 'event' },
      'promises.open': { ...file, gives: 'FileHandle#' },
      'promises.*': file,
      'FileHandle#*': file,
      '*Sync': fileSync,
      '*': file,
    },
  },
  {
    package: ['rimraf', 'mkdirp', 'write-file-atomic', 'del', 'globby', 'fast-glob', 'tinyglobby', 'glob'],
    members: { '*Sync': fileSync, 'sync': fileSync, 'default': file, '*': file },
  },
  {
    package: 'redis',
    members: {
      'createClient': { does: 'nothing', gives: 'Client#' },
      'createCluster': { does: 'nothing', gives: 'Client#' },
      'createClientPool': { does: 'nothing', gives: 'Client#' },
      ...redisClient('Client#', 'blPop brPop blMove bRPopLPush bzPopMin bzPopMax'),
    },
    aliases: aliased('Client#', 'RedisClientType RedisClusterType RedisClientPoolType RedisClient'),
  },
  {
    package: 'ioredis',
    members: redisClient('Redis#', 'blpop brpop blmove brpoplpush bzpopmin bzpopmax'),
    aliases: { 'default#': 'Redis#', 'Cluster#': 'Redis#', 'Redis.Cluster#': 'Redis#' },
  },
  { package: '@upstash/redis', members: redisClient('Redis#', '') },
  {
    package: 'bullmq',
    members: each('Queue#', { does: 'storage', engine: 'redis' }, 'add addBulk getJob getJobs remove'),
  },
  {
    package: 'mongodb',
    members: {
      'MongoClient.connect': { ...mongo(), gives: 'MongoClient#' },
      'MongoClient#connect': { ...mongo(), gives: 'MongoClient#' },
      'MongoClient#close': mongo(),
      'MongoClient#db': { does: 'nothing', gives: 'Db#' },
      'Db#collection': { does: 'nothing', gives: 'Collection#' },
      'Db#*': mongo(),
      'Collection#*': mongo(),
    },
  },
  {
    package: 'mongoose',
    members: {
      'connect': mongo(),
      'disconnect': mongo(),
      'createConnection': { ...mongo(), gives: 'Connection#' },
      'model': { does: 'nothing', gives: 'Model' },
      'Connection#model': { does: 'nothing', gives: 'Model' },
      'Connection#collection': mongo(),
      'Connection#close': mongo(),
      // A model is a class: `User.find`; declared as `: Model<User>`, it looks like an instance.
      ...each('Model.', mongo(), mongooseStatics),
      ...each('Model#', mongo(), mongooseStatics),
      ...each('Document#', mongo(), 'save updateOne deleteOne populate'),
    },
    aliases: { 'Model#': 'Document#', 'HydratedDocument#': 'Document#' },
  },
  {
    package: ['level', 'classic-level', 'abstract-level', 'memory-level', 'browser-level'],
    members: {
      ...each('Level#', file, 'open close get getMany put del batch clear'),
      'Level#sublevel': { does: 'nothing', gives: 'Level#' },
    },
    aliases: aliased('Level#', 'ClassicLevel AbstractLevel MemoryLevel BrowserLevel'),
  },
  {
    package: 'localforage',
    members: {
      'createInstance': { does: 'nothing', gives: 'default' },
      ...each('', file, 'getItem setItem removeItem clear length key keys iterate ready dropInstance'),
    },
    aliases: { 'LocalForage#': 'default' },
  },
  {
    package: 'idb',
    members: {
      'openDB': { ...file, gives: 'IDBPDatabase#' },
      'deleteDB': file,
      'IDBPDatabase#transaction': nothing,
      ...each('IDBPDatabase#', file, 'get getAll getAllKeys getKey count add put delete clear'),
      ...each('IDBPDatabase#', file, 'getFromIndex getAllFromIndex getKeyFromIndex getAllKeysFromIndex countFromIndex'),
    },
  },
  { package: 'idb-keyval', members: { 'createStore': nothing, '*': file } },
  {
    package: 'lmdb',
    members: {
      'open': { does: 'nothing', gives: 'Database#' },
      'Database#openDB': { does: 'nothing', gives: 'Database#' },
      'Database#transaction': { does: 'section', callback: 0, kind: 'transaction' },
      'Database#transactionSync': { does: 'section', callback: 0, kind: 'transaction' },
      ...each('Database#', fileSync, 'get getEntry putSync removeSync'),
      ...each('Database#', file, 'put remove batch clearAsync drop'),
    },
    aliases: { 'RootDatabase#': 'Database#' },
  },
  {
    package: ['@google-cloud/firestore', 'firebase-admin/firestore'],
    members: {
      'Firestore#collection': firestore(),
      'Firestore#collectionGroup': firestore(),
      'Firestore#doc': firestore(),
      'Firestore#getAll': firestore(),
      'Firestore#batch': firestore(),
      ...each('DocumentReference#', firestore(), 'get set update create delete collection'),
      ...each('CollectionReference#', firestore(), 'get add doc where'),
      ...each('Query#', firestore(), 'get where'),
      ...each('WriteBatch#', firestore(), 'commit'),
    },
  },
  {
    package: ['firebase/firestore', 'firebase/firestore/lite'],
    members: each('', firestore(), 'getDoc getDocs setDoc addDoc updateDoc deleteDoc getCountFromServer'),
  },
  {
    package: '@elastic/elasticsearch',
    members: {
      'Client#child': { does: 'nothing', gives: 'Client#' },
      'Client#**': { does: 'storage', engine: 'elasticsearch' },
    },
  },
  {
    package: 'cassandra-driver',
    members: each('Client#', { does: 'storage', engine: 'cassandra' }, 'connect execute batch'),
  },
  { package: 'keyv', members: each('default#', file, 'get set delete clear has'), aliases: { 'Keyv#': 'default#' } },
  {
    package: 'node:sqlite',
    members: {
      'DatabaseSync#exec': fileSync,
      'DatabaseSync#prepare': { does: 'nothing', gives: 'StatementSync#' },
      ...each('StatementSync#', fileSync, 'run get all iterate'),
    },
  },
  { package: '@react-native-async-storage/async-storage', members: { '*': file } },
];

export const ioPackages: readonly PackageModel[] = [
  ...httpPackages, ...servicePackages, ...processPackages, ...storagePackages,
];

export const ioGlobals: GlobalModel = {
  'fetch': network,
  '$fetch': network,
  'XMLHttpRequest#send': network,
  'Bun.fetch': network,
  'Bun.spawn': child,
  'Bun.spawnSync': childSync,
  'Bun.$': { ...child, chain: true },
  'Bun.write': file,
  'Bun.file().*': file,
  'Deno.connect': network,
  'Deno.connectTls': network,
  'Deno.resolveDns': network,
  'Deno.Command#output': child,
  'Deno.Command#outputSync': childSync,
  ...each('Deno.', file, 'readTextFile writeTextFile readFile writeFile open stat mkdir remove rename copyFile'),
  'localStorage.*': fileSync,
  'sessionStorage.*': fileSync,
  'caches.*': file,
};

/** A client class (also the default export) all of whose members, however deep, are calls over the network. */
function sdk(name: string, client: string, but: Entries = {}, also?: string): PackageModel {
  return {
    package: name,
    members: { ...but, [`${client}#**`]: network },
    aliases: {
      'default#': `${client}#`,
      'default()': `${client}#`,
      ...(also === undefined ? {} : aliased(`${client}#`, also)),
    },
  };
}

function dns(prefix: string): Entries {
  return {
    [`${prefix}lookup`]: network,
    [`${prefix}lookupService`]: network,
    [`${prefix}reverse`]: network,
    [`${prefix}resolve*`]: network,
    [`${prefix}resolve`]: network,
    [`${prefix}Resolver#resolve*`]: network,
    [`${prefix}Resolver#resolve`]: network,
  };
}

/** A blocking pop waits for another client to push. */
function redisClient(of: string, blocking: string): Entries {
  const redis: Effect = { does: 'storage', engine: 'redis' };
  return {
    [`${of}duplicate`]: { does: 'nothing', gives: of },
    ...each(of, nothing, 'on once off removeListener removeAllListeners emit addListener'),
    ...(blocking === '' ? {} : each(of, { does: 'event' }, blocking)),
    ...each(of, { ...redis, chain: true }, 'multi pipeline'),
    [`${of}*`]: redis,
  };
}

function mongo(): Effect {
  return { does: 'storage', engine: 'mongodb', chain: true };
}

function firestore(): Effect {
  return { does: 'storage', engine: 'firestore', chain: true };
}
