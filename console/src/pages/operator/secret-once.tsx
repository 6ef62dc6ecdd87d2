import { Alert, Modal, Typography } from 'antd'
import { useWords } from '../../words/use-words.js'

/** A secret, for the only time. */
export function SecretOnce({ id, secret, close }: { id: string; secret: string; close(): void }) {
  const { t } = useWords()
  return (
    <Modal
      open
      title={t('keys.secret')}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      onOk={close}
      okText={t('keys.kept')}
      cancelButtonProps={{ hidden: true }}
    >
      <div className="stack">
        <Alert type="warning" showIcon title={t('keys.once')} />
        <div>
          {t('col.id')}{' '}
          <Typography.Text code copyable data-testid="key-id">
            {id}
          </Typography.Text>
        </div>
        <div>
          {t('keys.secret')}{' '}
          <Typography.Text code copyable data-testid="key-secret">
            {secret}
          </Typography.Text>
        </div>
        <a href="/api/v1/docs#signing" target="_blank" rel="noreferrer">
          {t('keys.signing')}
        </a>
      </div>
    </Modal>
  )
}
