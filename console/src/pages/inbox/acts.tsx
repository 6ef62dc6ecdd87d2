import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Conversation, DeskMe, DeskMember } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { useWords } from '../../words/use-words.js'
import { Transfer } from './transfer.js'

/** What can be done with a conversation now: take, hand over, give back to the bot, close. */
export function Acts(props: {
  conversation: Conversation
  me: DeskMe
  members: readonly DeskMember[]
  stands(conversation: Conversation): void
}) {
  const { conversation, me, members, stands } = props
  const { t } = useWords()
  const { busy, act } = useAct()
  const [transfers, setTransfers] = useState(false)
  const { _id: id, state, held, staff } = conversation
  const mine = held === true && staff === me.staff
  const rules = mine || (held === true && me.rules)
  const params = { id }
  const holder = staff ?? me.staff

  const take = () =>
    act(async () => {
      const body = { staff: me.staff, force: state === 'bot' }
      stands(await call('acceptConversation', { params, body }))
    })
  const over = () =>
    act(async () => {
      const body = { staff: holder, to: me.staff, force: true }
      stands(await call('transferConversation', { params, body }))
    })
  const close = () =>
    act(async () => stands(await call('closeConversation', { params, body: { staff: holder } })), t('inbox.closed'))
  const bot = () =>
    act(async () => stands(await call('returnConversation', { params, body: { staff: holder } })), t('inbox.returned'))

  if (state === 'closed') return null
  return (
    <div className="actions">
      {!held && me.member && (
        <Button type="primary" loading={busy} onClick={take} data-testid="take">
          {t('inbox.take')}
        </Button>
      )}
      {held && !mine && me.rules && me.member && (
        <Popconfirm title={t('inbox.take-over.ask')} onConfirm={over}>
          <Button loading={busy}>{t('inbox.take-over')}</Button>
        </Popconfirm>
      )}
      {rules && (
        <>
          <Button onClick={() => setTransfers(true)} data-testid="transfer">
            {t('inbox.transfer')}
          </Button>
          <Popconfirm title={t('inbox.bot.ask')} onConfirm={bot}>
            <Button loading={busy}>{t('inbox.bot')}</Button>
          </Popconfirm>
          <Popconfirm title={t('inbox.close.ask')} description={t('inbox.close.about')} onConfirm={close}>
            <Button danger loading={busy} data-testid="close">
              {t('inbox.close')}
            </Button>
          </Popconfirm>
        </>
      )}
      {transfers && (
        <Transfer
          conversation={conversation}
          holder={holder}
          members={members}
          stands={stands}
          close={() => setTransfers(false)}
        />
      )}
    </div>
  )
}
