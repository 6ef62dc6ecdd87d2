import { Modal, Typography } from 'antd'
import { useWords } from '../../words/use-words.js'

/** A link that lets somebody in: shown once, to be copied. */
export function LinkOnce({ url, close }: { url: string | undefined; close(): void }) {
  const { t } = useWords()
  const whole = url === undefined ? '' : new URL(url, location.origin).href
  return (
    <Modal
      open={url !== undefined}
      title={t('people.link')}
      onCancel={close}
      onOk={close}
      cancelButtonProps={{ hidden: true }}
      maskClosable={false}
    >
      <p>{t('people.invited')}</p>
      <Typography.Paragraph copyable code data-testid="link">
        {whole}
      </Typography.Paragraph>
    </Modal>
  )
}
