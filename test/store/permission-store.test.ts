import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { PermissionStore } from '../../src/platforms/official-account/client/permissions.js'
import { createPermissionStore, permissionModel } from '../../src/store/permission-store.js'
import { openTestStore, type TestStore } from './open.js'

let store: TestStore
let permissions: PermissionStore
beforeAll(async () => {
  store = await openTestStore()
  permissionModel(store.connection)
  permissions = createPermissionStore(store.connection)
})
afterAll(() => store.dispose())

test('what one process learns the others read, one account at a time, until it is forgotten', async () => {
  await permissions.put('shop', '/datacube/getusersummary')
  await permissions.put('shop', '/datacube/getusersummary')
  await permissions.put('shop', '$weird.path')
  await permissions.put('other', '/cgi-bin/user/get')
  const known = await createPermissionStore(store.connection).list('shop')
  expect(known.map((denial) => denial.endpoint).sort()).toEqual(['$weird.path', '/datacube/getusersummary'])
  expect(known.every((denial) => Math.abs(denial.at.getTime() - Date.now()) < 60_000)).toBe(true)
  await permissions.clear('shop')
  expect(await permissions.list('shop')).toEqual([])
  expect(await permissions.list('other')).toHaveLength(1)
})
