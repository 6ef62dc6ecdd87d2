import { Alert, Button, Modal, Select, Skeleton } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { useAct } from '../../api/use-act.js'
import { useCall } from '../../api/use-call.js'
import { Fields, Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

type Standing = Answer<'getArticleOnWechat'>['accounts'][number]
const PUSHED = {
  created: 'wechat.created',
  updated: 'wechat.updated',
  unchanged: 'wechat.unchanged',
  released: 'wechat.released',
} as const
const DRAFT = {
  none: 'wechat.none',
  current: 'wechat.current',
  outdated: 'wechat.outdated',
  unknown: 'wechat.unknown',
} as const

/** How an article stands on an Official Account, and the push of its draft. */
export function WechatDraft({ slug, writes, close }: { slug: string; writes: boolean; close(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const status = useCall('getArticleOnWechat', { params: { slug } })
  const [chosen, setChosen] = useState<string>()
  const [result, setResult] = useState<Answer<'pushArticleDraft'>>()
  const accounts = status.data?.accounts ?? []
  const standing = accounts.find(({ account }) => account === chosen) ?? accounts[0]

  const push = (account: string) =>
    act(async () => {
      setResult(await call('pushArticleDraft', { params: { slug }, body: { account } }))
      status.again()
    })
  return (
    <Modal open title={t('wechat.open')} onCancel={close} footer={null}>
      <div className="stack" data-testid="wechat">
        <p className="quiet">{t('wechat.about')}</p>
        {status.problem && <ProblemAlert problem={status.problem} again={status.again} />}
        {!status.data && status.loading && <Skeleton active />}
        {status.data && accounts.length === 0 && <Alert type="info" showIcon title={t('wechat.no-account')} />}
        {standing && (
          <>
            {accounts.length > 1 && (
              <Select
                value={standing.account}
                options={accounts.map(({ account }) => ({ value: account, label: account }))}
                onChange={setChosen}
                aria-label={t('wechat.account')}
              />
            )}
            <Stands standing={standing} />
            {result && (
              <Alert
                type="success"
                showIcon
                title={t(PUSHED[result.state])}
                description={result.notes.join('\n')}
                data-testid="pushed"
              />
            )}
            {writes && (
              <Button type="primary" loading={busy} onClick={() => push(standing.account)} data-testid="push-draft">
                {t('wechat.push')}
              </Button>
            )}
          </>
        )}
      </div>
    </Modal>
  )
}

function Stands({ standing: { account, draft, job, published, sent } }: { standing: Standing }) {
  const { t } = useWords()
  const at = (release: { at: string; url?: string }) => (
    <>
      <Moment at={release.at} />{' '}
      {release.url !== undefined && (
        <a href={release.url} target="_blank" rel="noreferrer">
          {release.url}
        </a>
      )}
    </>
  )
  return (
    <Fields
      lines={[
        [t('wechat.account'), account],
        [t('wechat.draft'), t(DRAFT[draft])],
        job && [t('wechat.job'), `${job.kind} ${job.state} ${job.reason ?? ''} ${job.fix ?? ''}`],
        published && [t('wechat.published'), at(published)],
        sent && [t('wechat.sent'), at(sent)],
      ]}
    />
  )
}
