import { Alert, Button, Drawer, Form, Input, InputNumber, Radio, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'
import { PLACEMENTS } from './placements.js'

type Listed = Answer<'listChannelCodes'>

interface Typed {
  account: string
  code: string
  name: string
  placement: string
  costCentre: string
  tags: string[]
  text: string
  life: 'permanent' | 'temporary'
  days: number
}

/** Makes a channel code; the platform's limits stand beside the fields. */
export function CreateCode({ of, close, made }: { of: Listed; close(): void; made(): void }) {
  const { t, number } = useWords()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  const initial: Typed = {
    account: of.accounts.find(({ may }) => may)?.account ?? '',
    code: '',
    name: '',
    placement: of.rules.placements[0] ?? 'poster',
    costCentre: '',
    tags: [],
    text: '',
    life: 'permanent',
    days: of.rules.days,
  }
  const draft = useDraft('channel-code', JSON.stringify(initial))
  const typed: Typed = { ...initial, ...(JSON.parse(draft.value) as Partial<Typed>) }
  const set = (more: Partial<Typed>) => draft.set(JSON.stringify({ ...typed, ...more }))
  const account = of.accounts.find((each) => each.account === typed.account)
  const length = [...typed.code].length
  const wrong = typed.code !== '' && (!/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/.test(typed.code) || length > of.rules.text)
  const full = typed.life === 'permanent' && account !== undefined && account.permanent >= of.rules.permanent

  const create = () =>
    act(
      async () => {
        const { account: on, code, name, placement, costCentre, tags, text, life, days } = typed
        const body = {
          account: on,
          code: code.trim(),
          name: name.trim(),
          placement,
          tags,
          ...(costCentre.trim() !== '' && { costCentre: costCentre.trim() }),
          ...(text.trim() !== '' && { reply: { text: text.trim() } }),
          ...(life === 'temporary' && { lasts: `${days}d` }),
        }
        await call('createChannelCode', { body })
        draft.drop()
        made()
      },
      t('code.made'),
      setProblem,
    )
  const fault = (name: string) => {
    const found = problem?.fields.find(({ field }) => field === name)
    return found ? { validateStatus: 'error' as const, help: found.message } : {}
  }

  return (
    <Drawer
      open
      title={t('code.new')}
      onClose={close}
      size={460}
      extra={
        <Button
          type="primary"
          loading={busy}
          disabled={typed.code === '' || typed.name.trim() === '' || wrong || full || typed.account === ''}
          onClick={create}
          data-testid="create-code"
        >
          {t('code.create')}
        </Button>
      }
    >
      <Form layout="vertical" requiredMark={false}>
        {problem && problem.fields.length === 0 && <ProblemAlert problem={problem} />}
        {of.accounts.length > 1 && (
          <Form.Item label={t('code.account')}>
            <Select
              value={typed.account}
              options={of.accounts.map((each) => ({ value: each.account, label: each.account, disabled: !each.may }))}
              onChange={(next) => set({ account: next })}
            />
          </Form.Item>
        )}
        {account && !account.may && <Alert type="warning" showIcon title={t('code.may-not')} />}
        <Form.Item label={t('col.name')} extra={t('code.name.about')} {...fault('name')}>
          <Input
            value={typed.name}
            maxLength={60}
            onChange={({ target }) => set({ name: target.value })}
            data-testid="code-name"
          />
        </Form.Item>
        <Form.Item
          label={t('code.scene')}
          extra={t('code.scene.about', { n: length, most: of.rules.text })}
          {...(wrong
            ? { validateStatus: 'error' as const, help: t('code.scene.wrong', { most: of.rules.text }) }
            : fault('code'))}
        >
          <Input
            value={typed.code}
            maxLength={100}
            onChange={({ target }) => set({ code: target.value })}
            data-testid="code-scene"
          />
        </Form.Item>
        <Form.Item label={t('code.place')}>
          <Select
            value={typed.placement}
            options={of.rules.placements.map((place) => ({ value: place, label: placeWord(place) }))}
            onChange={(next) => set({ placement: next })}
          />
        </Form.Item>
        <Form.Item label={t('code.life')}>
          <Radio.Group
            value={typed.life}
            onChange={({ target }) => set({ life: target.value === 'temporary' ? 'temporary' : 'permanent' })}
            options={[
              { value: 'permanent', label: t('code.permanent') },
              { value: 'temporary', label: t('code.temporary') },
            ]}
          />
          <div className={full ? 'bad' : 'quiet'}>
            {typed.life === 'permanent'
              ? t('code.permanent.about', { n: number(account?.permanent ?? 0), most: number(of.rules.permanent) })
              : t('code.temporary.about', { most: of.rules.days })}
          </div>
          {typed.life === 'temporary' && (
            <InputNumber
              value={typed.days}
              min={1}
              max={of.rules.days}
              precision={0}
              aria-label={t('code.days')}
              onChange={(days) => set({ days: days ?? of.rules.days })}
            />
          )}
        </Form.Item>
        <Form.Item label={t('col.tags')} extra={t('code.tags.about')} {...fault('tags')}>
          <Select
            mode="tags"
            value={typed.tags}
            aria-label={t('col.tags')}
            onChange={(tags) => set({ tags })}
            tokenSeparators={[',', '，']}
          />
        </Form.Item>
        <Form.Item label={t('code.reply')} extra={t('code.reply.about')} {...fault('reply')}>
          <Input.TextArea
            value={typed.text}
            maxLength={600}
            rows={3}
            onChange={({ target }) => set({ text: target.value })}
          />
        </Form.Item>
        <Form.Item label={t('code.cost')} {...fault('costCentre')}>
          <Input value={typed.costCentre} maxLength={60} onChange={({ target }) => set({ costCentre: target.value })} />
        </Form.Item>
      </Form>
    </Drawer>
  )

  function placeWord(place: string): string {
    const word = PLACEMENTS[place]
    return word === undefined ? place : t(word)
  }
}
