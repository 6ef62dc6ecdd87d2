import { describe, expect, test } from '@jest/globals'
import { mongo } from 'mongoose'
import { AppError } from '../../src/core/errors.js'
import { isStoreAway } from '../../src/store/away.js'

describe('an error of the store', () => {
  const stepping = new mongo.MongoServerError({ message: 'interrupted at shutdown', code: 11600 })
  stepping.addErrorLabel('RetryableWriteError')
  const selection = new Error('no server')
  selection.name = 'MongoServerSelectionError'

  test.each([
    ['a connection that broke', new mongo.MongoNetworkError('connection closed'), true],
    ['no server in time', selection, true],
    ['a server that steps down', stepping, true],
    ['not connected yet', new AppError('store.unreachable', 'the store is not connected'), true],
    ['a refusal', new mongo.MongoServerError({ message: 'duplicate key', code: 11000 }), false],
    ['a wrong argument', new mongo.MongoInvalidArgumentError('empty'), false],
    ['a mistake of ours', new TypeError('cannot read'), false],
    ['a word', 'MongoNetworkError', false],
  ])('%s', (_, error, away) => expect(isStoreAway(error)).toBe(away))
})
