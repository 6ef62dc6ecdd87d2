import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type AccountOptions, demoAccount, demoCorp, demoMiniProgram, type SimulatorOptions } from './options.js'
import { startSimulator } from './start.js'

const account = z.strictObject({
  id: z.string().min(1),
  name: z.string().optional(),
  kind: z.enum(['service', 'subscription']),
  verified: z.boolean(),
  appid: z.string().min(1),
  originalId: z.string().startsWith('gh_'),
  token: z.string().min(1),
  aesKey: z
    .string()
    .regex(/^[A-Za-z0-9]{43}$/)
    .optional(),
  secret: z.string().min(1),
  mode: z.enum(['plain', 'compatible', 'safe']),
  callbackUrl: z.url(),
  ipAllowList: z.array(z.string()).optional(),
  miniPrograms: z
    .array(
      z.strictObject({
        appid: z.string(),
        name: z.string(),
        secret: z.string().min(1).optional(),
        callbackUrl: z.url().optional(),
        token: z.string().optional(),
        aesKey: z
          .string()
          .regex(/^[A-Za-z0-9]{43}$/)
          .optional(),
        originalId: z.string().startsWith('gh_').optional(),
        pushFormat: z.enum(['xml', 'json']).optional(),
        orderPath: z.string().optional(),
      }),
    )
    .optional(),
  templates: z.array(z.strictObject({ id: z.string(), title: z.string(), content: z.string() })).optional(),
})

/**
 * Options from the command line and the environment: `--port` / SIMULATOR_PORT (3001), `--host` (127.0.0.1),
 * `--callback URL` for the demo account (else the product's PORT, 3000), `--corp-callback URL` for the demo corporation
 * (else beside it, `/wecom/corp`; an empty one leaves WeCom out), `--accounts FILE` with a JSON list. With
 * SHOP_KEY_ID and SHOP_KEY_SECRET the sample shop calls the API of `--product URL` (else where the callback goes).
 */
export function readOptions(argv: string[], env: Record<string, string | undefined>): SimulatorOptions {
  const named = (name: string): string | undefined => {
    const at = argv.indexOf(`--${name}`)
    return at < 0 ? undefined : argv[at + 1]
  }
  const file = named('accounts')
  const callbackUrl = named('callback') ?? `http://127.0.0.1:${env['PORT'] ?? '3000'}/wechat/shop`
  const accounts =
    file === undefined ? [{ ...demoAccount, callbackUrl, miniPrograms: [demoMiniProgram] }] : readAccounts(file)
  const corpCallback = named('corp-callback') ?? new URL('/wecom/corp', callbackUrl).href
  const host = named('host')
  const [keyId, secret] = [env['SHOP_KEY_ID'], env['SHOP_KEY_SECRET']]
  const url = named('product') ?? new URL(callbackUrl).origin
  return {
    port: Number(named('port') ?? env['SIMULATOR_PORT'] ?? 3001),
    ...(host === undefined ? {} : { host }),
    accounts,
    corps: corpCallback === '' ? [] : [{ ...demoCorp, callbackUrl: corpCallback }],
    ...(keyId && secret ? { shop: { product: { url, keyId, secret } } } : {}),
    log: (line) => void process.stdout.write(`${line}\n`),
  }
}

function readAccounts(file: string): AccountOptions[] {
  const parsed = z
    .array(account)
    .min(1)
    .parse(JSON.parse(readFileSync(file, 'utf8')))
  return parsed.map((item) => JSON.parse(JSON.stringify(item)) as AccountOptions)
}

if (process.argv[1]?.match(/simulator[\\/]main\.[jt]s$/)) {
  const simulator = await startSimulator(readOptions(process.argv.slice(2), process.env))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close())
}
