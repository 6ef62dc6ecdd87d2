import { expect, test } from '@jest/globals'
import { officialAccountSchema } from '../../src/config/accounts.js'
import { fromEnvironment } from '../../src/config/environment.js'

const account = {
  platform: 'official-account',
  kind: 'service',
  verified: true,
  appid: 'wx0123456789abcdef',
  originalId: 'gh_0123456789ab',
  secret: 's',
  token: 'tok',
}

test('the secret of the mini program comes from the environment, when one is configured', () => {
  const env = { WELOOP_MY_TEA_MINI_SECRET: 'm' }
  const config = { accounts: { 'my-tea': { miniProgram: { appid: 'wx0123456789abcde0' } } } }
  expect(fromEnvironment(config, env)).toEqual({ accounts: { 'my-tea': { miniProgram: { secret: 'm' } } } })
  expect(fromEnvironment({ accounts: { 'my-tea': {} } }, env)).toEqual({})
})

test('no mini program, no trusted hosts and no subscription notices unless they are written', () => {
  expect(officialAccountSchema.parse(account)).toMatchObject({ mediaHosts: [], subscriptionNotices: false })
  const full = { ...account, mediaHosts: ['127.0.0.1:3001'], miniProgram: { appid: 'wx0123456789abcde0', secret: 'm' } }
  expect(officialAccountSchema.parse(full).miniProgram).toEqual({
    appid: 'wx0123456789abcde0',
    secret: 'm',
    apiBase: 'https://api.weixin.qq.com',
  })
  for (const wrong of ['https://cdn.example', 'a/b', 'Ä.example', '']) {
    expect(officialAccountSchema.safeParse({ ...account, mediaHosts: [wrong] }).success).toBe(false)
  }
})
