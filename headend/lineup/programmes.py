"""The invented shows of the demo channels, by the channel's character.

Data, not code. A show has the hours (UTC) at which it may begin and the lengths it comes in; a
show with `fixed` begins exactly there (minutes since midnight) and nowhere else; the show before
it is cut.
"""

from dataclasses import dataclass, field

_NIGHT = (0, 1, 2, 3, 4, 5)
_MORNING = (6, 7, 8, 9, 10, 11)
_AFTERNOON = (12, 13, 14, 15, 16, 17, 18)
_EVENING = (19, 20, 21, 22, 23)
_DAY = _MORNING + _AFTERNOON
_ALWAYS = _NIGHT + _DAY + _EVENING


@dataclass(frozen=True, slots=True)
class Show:
    """One title of a channel's stock; see the module for `hours` and `fixed`."""

    title: str
    category: str
    description: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...] = _ALWAYS
    fixed: tuple[int, ...] = field(default=())


_GERAL = (
    Show(
        "Bom Dia, Costa",
        "Magazine",
        "As notícias da manhã, o trânsito, o mar e uma conversa sem pressa com quem já está a pé.",
        (60, 90, 120),
        _MORNING,
    ),
    Show(
        "Praça Aberta",
        "Magazine",
        "Uma praça diferente todos os dias: quem lá vive, o que lá "
        "se come e o que falta arranjar.",
        (60, 90),
        _MORNING,
    ),
    Show(
        "Jornal do Meio-Dia",
        "Informação",
        "O essencial da manhã em sessenta minutos, com repórteres em direto de norte a sul.",
        (60,),
        (12,),
        (720,),
    ),
    Show(
        "Tarde de Visitas",
        "Talk-show",
        "Histórias contadas por quem as viveu, música ao vivo e um sofá que nunca está vazio.",
        (60, 90, 120),
        _AFTERNOON,
    ),
    Show(
        "A Montra Certa",
        "Concurso",
        "Concorrentes de todo o país tentam adivinhar quanto "
        "custa. Quem acertar no preço da montra final leva tudo para casa.",
        (60,),
        (18, 19),
    ),
    Show(
        "Jornal das Oito",
        "Informação",
        "A atualidade do país e do mundo, com a reportagem do dia e a previsão do tempo.",
        (60,),
        (20,),
        (1200,),
    ),
    Show(
        "Terra de Salinas",
        "Telenovela",
        "Inês regressa à marinha da família e descobre que o "
        "sal guarda mais segredos do que a casa.",
        (60,),
        (13, 14, 21),
    ),
    Show(
        "A Casa do Fim da Rua",
        "Telenovela",
        "Dois irmãos herdam a mesma casa e uma dívida que ninguém quer explicar.",
        (60, 90),
        (15, 16, 21, 22),
    ),
    Show(
        "Quem Dá a Nota",
        "Entretenimento",
        "Cantores amadores, um júri sem papas na língua e uma final em que tudo pode mudar.",
        (90, 120),
        (21, 22),
    ),
    Show(
        "O Último Elétrico",
        "Série",
        "Um guarda-freio reformado ajuda a polícia a resolver "
        "casos que começam sempre na mesma paragem.",
        (60,),
        (22, 23),
    ),
    Show(
        "Sessão da Meia-Noite",
        "Cinema",
        "Um filme escolhido por quem não tem sono.",
        (90, 120),
        (23, 0, 1),
    ),
    Show(
        "Televendas com Farol",
        "Televendas",
        "Facas que cortam, colchões que dobram e preços que acabam dentro de minutos.",
        (30, 60),
        _NIGHT,
    ),
    Show(
        "Repetir é Viver",
        "Magazine",
        "Os melhores momentos da semana, outra vez e com vagar.",
        (60, 90),
        _NIGHT,
    ),
)

_CULTURA = (
    Show(
        "Sociedade Secreta dos Livros",
        "Cultura",
        "Três leitores, um livro e meia hora para discordarem com elegância.",
        (30,),
    ),
    Show(
        "Desenhos à Solta",
        "Infantil",
        "Animação de autor para quem ainda desenha no vidro do carro.",
        (30, 60),
        _DAY,
    ),
    Show(
        "Jornal Dois",
        "Informação",
        "Menos notícias, mais tempo para cada uma.",
        (30,),
        (21,),
        (1290,),
    ),
    Show(
        "Ler Devagar",
        "Cultura",
        "Um escritor lê uma página em voz alta e explica cada vírgula.",
        (30,),
        (22, 23, 0),
    ),
    Show(
        "Bichos de Casa",
        "Natureza",
        "O que fazem os animais do bairro quando ninguém olha.",
        (30, 60),
        _DAY,
    ),
    Show(
        "Mapas Antigos",
        "Documentário",
        "Os mapas que estavam errados e as viagens que mesmo assim correram bem.",
        (60,),
    ),
    Show(
        "A Ciência na Cozinha",
        "Ciência",
        "Porque cresce o pão e porque não cresceu o seu.",
        (30,),
        _DAY,
    ),
    Show(
        "Concerto de Câmara",
        "Música",
        "Um quarteto, uma sala pequena e nenhum aplauso antes do fim.",
        (60, 90),
        (19, 20, 22, 23),
    ),
    Show(
        "Palco Grande",
        "Teatro",
        "Peças gravadas com público, em cena até ao último intervalo.",
        (90, 120),
        (21, 22),
    ),
    Show(
        "Ciclo: O Mar no Cinema",
        "Cinema",
        "Faroleiros, náufragos e marés: um filme por "
        "semana, apresentado antes e discutido depois.",
        (90, 120),
        (22, 23),
    ),
    Show(
        "Aula Aberta",
        "Educação",
        "Uma aula universitária, sem exame no fim.",
        (60,),
        _NIGHT + _MORNING,
    ),
    Show(
        "Horizonte",
        "Documentário",
        "Uma câmara parada em frente ao mar, até o sol nascer.",
        (60, 120),
        _NIGHT,
    ),
)

_REGIAO = (
    Show(
        "Em Família",
        "Magazine",
        "Três gerações à mesma mesa e um assunto que divide todas.",
        (60, 90),
        _DAY,
    ),
    Show("Conversas de Soleira", "Talk-show", "À porta de casa fala-se melhor.", (30, 60)),
    Show(
        "Jornal da Região",
        "Informação",
        "O que se passou do rio para cima, contado por quem lá estava.",
        (60,),
        (19,),
        (1170,),
    ),
    Show("Serras e Vales", "Documentário", "Um trilho, um guia e o almoço na mochila.", (30, 60)),
    Show(
        "Feira da Semana",
        "Magazine",
        "De banca em banca, os preços e as histórias.",
        (60,),
        _MORNING,
    ),
    Show(
        "Romarias",
        "Tradições",
        "Bandas, foguetes e farturas, em direto do adro.",
        (90, 120),
        _AFTERNOON,
    ),
    Show(
        "O Prato da Avó", "Culinária", "Receitas sem medidas, provadas até dar certo.", (30,), _DAY
    ),
    Show(
        "Bancada Central",
        "Desporto",
        "O futebol distrital visto por quem conhece o árbitro pelo nome.",
        (60, 90),
        (20, 21, 22),
    ),
    Show(
        "Granito",
        "Série",
        "Uma jornalista volta à aldeia para vender a casa e fica para "
        "resolver um desaparecimento.",
        (60,),
        (21, 22, 23),
    ),
    Show(
        "Modas e Cantigas",
        "Música",
        "Cantares ao desafio gravados em tascas a sério.",
        (60, 90),
        (20, 21, 22, 23),
    ),
    Show(
        "Noite de Arquivo",
        "Arquivo",
        "Imagens da região que já ninguém esperava encontrar.",
        (60, 120),
        _NIGHT,
    ),
)

_NOTICIAS = (
    Show(
        "Primeira Hora",
        "Informação",
        "As manchetes, o trânsito e a agenda do dia.",
        (60,),
        _MORNING,
    ),
    Show("Notícias à Hora Certa", "Informação", "O ponto da situação, de hora a hora.", (30, 60)),
    Show(
        "Tarde Informativa",
        "Informação",
        "Diretos, contas feitas e quem as possa explicar.",
        (60, 120),
        _AFTERNOON,
    ),
    Show(
        "Mercados",
        "Economia",
        "O que subiu, o que desceu e o que isso muda na sua conta.",
        (30,),
        (9, 10, 13, 17, 18),
    ),
    Show(
        "Volta ao Globo",
        "Internacional",
        "Correspondentes de quatro continentes à mesma mesa.",
        (60,),
        (14, 20, 22),
    ),
    Show(
        "Frente a Frente",
        "Debate",
        "Dois convidados, uma pergunta e um relógio à vista.",
        (60, 90),
        (21, 22),
    ),
    Show(
        "A Entrevista Longa",
        "Entrevista",
        "Uma hora, um convidado e nenhuma interrupção.",
        (60,),
        (21, 23),
    ),
    Show(
        "Linha de Água",
        "Reportagem",
        "Investigação: de onde vem e para onde vai a água que pagamos.",
        (30, 60),
        (19, 20, 23),
    ),
    Show(
        "Jornal da Meia-Noite",
        "Informação",
        "O fecho do dia e as capas de amanhã.",
        (60,),
        (0,),
        (0,),
    ),
    Show("Tempo e Mar", "Meteorologia", "Vento, ondulação e abertas, porto a porto.", (30,)),
)

_DESPORTO = (
    Show(
        "Futsal: Gaivotas - Corvos",
        "Futsal",
        "Jornada decisiva no pavilhão municipal, com relato e golos de todos os ângulos.",
        (90, 120),
        (16, 17, 18, 19, 20),
    ),
    Show("Resumo da Jornada", "Futebol", "Todos os golos, todas as dúvidas.", (30, 60)),
    Show(
        "Expresso da Bola",
        "Debate",
        "Quatro comentadores, três repetições e um penálti.",
        (60, 90),
        _EVENING,
    ),
    Show(
        "Em Direto: Hóquei em Patins",
        "Hóquei",
        "Meia-final da Taça do Litoral.",
        (90, 120),
        (15, 16, 20, 21),
    ),
    Show(
        "Pelotão",
        "Ciclismo",
        "A etapa rainha da Volta às Serras, do quilómetro zero à meta.",
        (120,),
        (12, 13, 14),
    ),
    Show("Ondas Grandes", "Surf", "Espera, remada e oito segundos que valem a viagem.", (30, 60)),
    Show(
        "Clube de Corrida",
        "Atletismo",
        "Treinos para quem corre atrás do autocarro e para quem corre maratonas.",
        (30,),
        _MORNING,
    ),
    Show("Lendas do Pavilhão", "Documentário", "Os jogos que ainda se discutem ao balcão.", (60,)),
    Show(
        "Vela: Regata dos Faróis",
        "Vela",
        "Doze barcos, nove faróis, uma noite inteira.",
        (90, 120),
        _DAY,
    ),
    Show(
        "Xadrez à Mesa",
        "Xadrez",
        "Uma partida rápida explicada lance a lance.",
        (30,),
        _NIGHT + _MORNING,
    ),
    Show("Jogos Sem Idade", "Arquivo", "Partidas inteiras de outras décadas.", (90, 120), _NIGHT),
)

_CINEMA = (
    Show(
        "Noite na Doca Seca",
        "Drama",
        "Um estivador encontra um passaporte com a sua cara e outro nome.",
        (90, 120),
    ),
    Show("O Cais", "Drama", "Duas irmãs esperam o mesmo barco por motivos diferentes.", (90,)),
    Show(
        "A Lanterna do Faroleiro",
        "Aventura",
        "Na noite em que a luz se apaga, um rapaz de doze anos tem de subir sozinho.",
        (90, 120),
        _DAY + _EVENING,
    ),
    Show(
        "Três Minutos de Avanço",
        "Suspense",
        "Um relojoeiro descobre que o ladrão conhece o futuro, mas pouco.",
        (120,),
        _EVENING + _NIGHT,
    ),
    Show(
        "Verão em Segunda Mão",
        "Comédia",
        "Uma caravana emprestada, cinco amigos e nenhum mapa.",
        (90,),
        _DAY + _EVENING,
    ),
    Show(
        "Areia Fina",
        "Romance",
        "Ela pinta barcos, ele repara-os; o mar trata do resto.",
        (90, 120),
    ),
    Show(
        "O Inspetor Não Dorme",
        "Policial",
        "Sete noites, sete telefonemas, um só suspeito.",
        (90, 120),
        _EVENING + _NIGHT,
    ),
    Show(
        "Órbita Baixa",
        "Ficção científica",
        "A tripulação de uma estação velha recebe um sinal que ela própria enviou.",
        (120,),
    ),
    Show(
        "Curtas da Casa",
        "Curtas-metragens",
        "Primeiras obras, antes de alguém as comprar.",
        (30, 60),
    ),
    Show(
        "Por Trás da Câmara", "Magazine", "Como se filma uma tempestade num estacionamento.", (30,)
    ),
)

_INFANTIL = (
    Show(
        "Histórias do Bosque Alto",
        "Animação",
        "O ouriço, a coruja e um mapa desenhado ao contrário.",
        (30, 60),
        _DAY,
    ),
    Show(
        "Robôs de Bolso",
        "Animação",
        "São pequenos, são cinco e perdem sempre uma peça.",
        (30,),
        (*_DAY, 19),
    ),
    Show(
        "Capitã Luneta",
        "Animação",
        "A mais nova capitã da baía procura o farol que anda.",
        (30, 60),
        (*_DAY, 19, 20),
    ),
    Show("Mãos na Massa", "Oficina", "Cola, cartão e uma ideia por dia.", (30,), _MORNING),
    Show(
        "Clube dos Porquês",
        "Ciência",
        "Porque é o céu azul? Porque não cai a Lua? Porquê?",
        (30,),
        _DAY,
    ),
    Show("Canta Comigo, Polvo", "Música", "Canções com oito braços de gestos.", (30,), _MORNING),
    Show(
        "A Turma do Recreio",
        "Série",
        "Quatro amigos, um campo de jogos e um segredo enterrado.",
        (30, 60),
        _AFTERNOON,
    ),
    Show("Sessão Pipoca", "Cinema", "Um filme para ver no chão da sala.", (90,), (15, 20)),
    Show(
        "Boa Noite, Vaga-Lume",
        "Animação",
        "A história mais curta do dia, contada baixinho.",
        (30,),
        (20, 21),
    ),
    Show(
        "Sonhos de Aguarela",
        "Animação",
        "Desenhos calmos para quem acordou a meio da noite.",
        (60, 120),
        (*_NIGHT, 21, 22, 23),
    ),
)

_MUSICA = (
    Show(
        "Manhãs da Serra",
        "Música",
        "Discos escolhidos à mão até o nevoeiro levantar.",
        (60, 120),
        _MORNING,
    ),
    Show(
        "Guitarra ao Centro",
        "Música",
        "Uma guitarra, duas cadeiras e conversa entre modas.",
        (60,),
    ),
    Show(
        "Pista Livre",
        "Dança",
        "Do disco ao digital, sem parar de dançar.",
        (60, 120),
        _EVENING + _NIGHT,
    ),
    Show("Lado B", "Música", "As canções que ficaram do outro lado.", (30, 60)),
    Show(
        "Ao Vivo no Coreto",
        "Concerto",
        "A banda filarmónica como nunca a ouviu.",
        (60, 90),
        _AFTERNOON + _EVENING,
    ),
    Show("Discos Pedidos", "Música", "Ligue, peça e dedique.", (60,), _AFTERNOON),
    Show("Sons do Sal", "Documentário", "Como a costa ensinou um país a cantar.", (60,)),
    Show("Notas Soltas", "Magazine", "Estreias, digressões e bilhetes para oferecer.", (30,)),
)

GENRES: dict[str, tuple[Show, ...]] = {
    "geral": _GERAL,
    "cultura": _CULTURA,
    "regiao": _REGIAO,
    "noticias": _NOTICIAS,
    "desporto": _DESPORTO,
    "cinema": _CINEMA,
    "infantil": _INFANTIL,
    "musica": _MUSICA,
}
