<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_PT" sourcelanguage="en">
<context>
    <name>Banner</name>
    <message>
        <source>Paused</source>
        <translation>Em pausa</translation>
    </message>
    <message>
        <source>%1 behind live</source>
        <translation>%1 atrás do direto</translation>
    </message>
</context>
<context>
    <name>Break</name>
    <message>
        <source>Break · %1</source>
        <translation>Intervalo · %1</translation>
    </message>
    <message>
        <source>Break %1 of %2 · %3</source>
        <translation>Intervalo %1 de %2 · %3</translation>
    </message>
    <message>
        <source>Skip in %1 s</source>
        <translation>Saltar dentro de %1 s</translation>
    </message>
</context>
<context>
    <name>BreakLine</name>
    <message>
        <source>Skip</source>
        <translation>Saltar</translation>
    </message>
</context>
<context>
    <name>ChannelList</name>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>%1, channel %2 %3</source>
        <translation>%1, canal %2 %3</translation>
    </message>
    <message>
        <source>%1  ·  next %2</source>
        <translation>%1  ·  a seguir %2</translation>
    </message>
</context>
<context>
    <name>Recording</name>
    <message>
        <source>Recording</source>
        <translation>A gravar</translation>
    </message>
    <message>
        <source>Recording %1</source>
        <translation>A gravar %1</translation>
    </message>
    <message>
        <source>Recording waits</source>
        <translation>Gravação em espera</translation>
    </message>
    <message>
        <source>Recording ended</source>
        <translation>Gravação terminada</translation>
    </message>
    <message>
        <source>Recording until %1. It will lie in %2.</source>
        <translation>A gravar até às %1. Fica em %2.</translation>
    </message>
    <message>
        <source>Recording until R is pressed again. It will lie in %1.</source>
        <translation>A gravar até premir R outra vez. Fica em %1.</translation>
    </message>
    <message>
        <source>Only channels of a list are recorded here. Try farol record.</source>
        <translation>Aqui só se gravam canais de uma lista. Experimente farol record.</translation>
    </message>
    <message>
        <source>Going on with the recording of %1, begun at %2.</source>
        <translation>A continuar a gravação de %1, começada às %2.</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Reading the list of channels</source>
        <translation>A ler a lista de canais</translation>
    </message>
    <message>
        <source>The list of channels cannot be opened</source>
        <translation>Não foi possível abrir a lista de canais</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Ainda não há canais</translation>
    </message>
    <message>
        <source>Start Farol with a channel list of your own: farol --source LIST.m3u</source>
        <translation>Abra o Farol com uma lista de canais sua: farol --source LISTA.m3u</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Procurar de novo</translation>
    </message>
</context>
<context>
    <name>ErrorPane</name>
    <message>
        <source>This channel cannot be shown</source>
        <translation>Não é possível mostrar este canal</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Next channel</source>
        <translation>Canal seguinte</translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>The channel&apos;s server turned the request down.</source>
        <translation>O servidor do canal recusou o pedido.</translation>
    </message>
    <message>
        <source>The channel&apos;s server takes too long to answer.</source>
        <translation>O servidor do canal demora demasiado a responder.</translation>
    </message>
    <message>
        <source>This source allows no more channels at once. Close another one of it.</source>
        <translation>Esta fonte não permite mais canais ao mesmo tempo. Feche outro dela.</translation>
    </message>
    <message>
        <source>This channel has stopped sending. Try it again later.</source>
        <translation>Este canal deixou de emitir. Tente novamente mais tarde.</translation>
    </message>
    <message>
        <source>Farol itself failed with this channel. Try it again.</source>
        <translation>O próprio Farol falhou com este canal. Tente novamente.</translation>
    </message>
    <message>
        <source>This channel&apos;s format cannot be played here.</source>
        <translation>O formato deste canal não pode ser reproduzido aqui.</translation>
    </message>
    <message>
        <source>The channel&apos;s address is not one that can be opened.</source>
        <translation>O endereço do canal não é um que se possa abrir.</translation>
    </message>
    <message>
        <source>The channel cannot be reached. Check the connection.</source>
        <translation>Não é possível chegar ao canal. Verifique a ligação.</translation>
    </message>
    <message>
        <source>The address holds no channel that can be played.</source>
        <translation>No endereço não há um canal que se possa reproduzir.</translation>
    </message>
    <message>
        <source>This channel is protected, and there is no key for it.</source>
        <translation>Este canal está protegido e não há chave para ele.</translation>
    </message>
    <message>
        <source>The channel&apos;s picture is damaged.</source>
        <translation>A imagem do canal está danificada.</translation>
    </message>
    <message>
        <source>The channel&apos;s server could not prove who it is. Check this machine&apos;s date and time.</source>
        <translation>O servidor do canal não conseguiu provar quem é. Verifique a data e a hora desta máquina.</translation>
    </message>
    <message>
        <source>This channel is scrambled: it needs a subscription card that Farol cannot read.</source>
        <translation>Este canal está codificado: precisa de um cartão de assinante que o Farol não lê.</translation>
    </message>
</context>
<context>
    <name>GroupTabs</name>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
</context>
<context>
    <name>LoadingState</name>
    <message>
        <source>Waiting for the network</source>
        <translation>À espera da rede</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>%1 - Farol</source>
        <translation>%1 - Farol</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualidade</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>Áudio</translation>
    </message>
    <message>
        <source>Subtitles</source>
        <translation>Legendas</translation>
    </message>
</context>
<context>
    <name>Note</name>
    <message>
        <source>This break cannot be skipped or sped up.</source>
        <translation>Este intervalo não se pode saltar nem acelerar.</translation>
    </message>
    <message>
        <source>360° video: look around with the arrows or the mouse. Back ends it.</source>
        <translation>Vídeo a 360°: olhe em volta com as setas ou o rato. Voltar acaba com isso.</translation>
    </message>
    <message>
        <source>This channel plays without Farol&apos;s engine: quality and languages cannot be chosen.</source>
        <translation>Este canal passa sem o motor do Farol: não se pode escolher a qualidade nem as línguas.</translation>
    </message>
    <message>
        <source>Arrows move the ring, Enter enlarges, G adds a channel, Back leaves.</source>
        <translation>As setas movem o anel, Enter aumenta, G junta um canal, Voltar sai.</translation>
    </message>
    <message>
        <source>Another picture cannot be opened. The channel that played goes on.</source>
        <translation>Não se pode abrir outra imagem. O canal que estava a dar continua.</translation>
    </message>
</context>
<context>
    <name>NumberEntry</name>
    <message>
        <source>No channel %1</source>
        <translation>Não há canal %1</translation>
    </message>
</context>
<context>
    <name>QualityMenu</name>
    <message>
        <source>Automatic</source>
        <translation>Automática</translation>
    </message>
</context>
<context>
    <name>Statistics</name>
    <message>
        <source>idle</source>
        <translation>parado</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>a carregar</translation>
    </message>
    <message>
        <source>playing</source>
        <translation>a reproduzir</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>em pausa</translation>
    </message>
    <message>
        <source>buffering</source>
        <translation>à espera</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>terminado</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>falhou</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Bit rate</source>
        <translation>Débito do vídeo</translation>
    </message>
    <message>
        <source>Next segment</source>
        <translation>Próximo segmento</translation>
    </message>
    <message>
        <source>Codecs</source>
        <translation>Codecs</translation>
    </message>
    <message>
        <source>shown as SDR</source>
        <translation>mostrado em SDR</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>Descodificador</translation>
    </message>
    <message>
        <source>Dropped frames</source>
        <translation>Imagens perdidas</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Posição</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>Descarregado</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Pedidos</translation>
    </message>
    <message>
        <source>software</source>
        <translation>software</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>Áudio</translation>
    </message>
    <message>
        <source>Subtitles</source>
        <translation>Legendas</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Recoveries</source>
        <translation>Recuperações</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
</context>
<context>
    <name>StatisticsPanel</name>
    <message>
        <source>Throughput</source>
        <translation>Débito</translation>
    </message>
    <message>
        <source>Buffer</source>
        <translation>Reserva</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latência</translation>
    </message>
    <message>
        <source>Last decisions</source>
        <translation>Últimas decisões</translation>
    </message>
</context>
<context>
    <name>SubtitleMenu</name>
    <message>
        <source>Off</source>
        <translation>Sem legendas</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>Para surdos</translation>
    </message>
</context>
<context>
    <name>TrickOverlay</name>
    <message>
        <source>Speed %1</source>
        <translation>Velocidade %1</translation>
    </message>
</context>
<context>
    <name>Tile</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>VolumeOverlay</name>
    <message>
        <source>Muted</source>
        <translation>Sem som</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>ZapBanner</name>
    <message>
        <source>%1, channel %2 %3</source>
        <translation>%1, canal %2 %3</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>A seguir</translation>
    </message>
</context>
</TS>
