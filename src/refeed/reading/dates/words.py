"""The words in dates, from the Unicode CLDR and from newspapers.

A name that is one month here and another month in a neighbouring language (`listopad`: November
in Polish, October in Croatian) is left out.
"""

from __future__ import annotations

from typing import Final

MONTHS: Final = tuple(
    tuple(names.split())
    for names in (
        # English first; then es de fr pt it nl ru uk tr pl sv id ar fa, in no order.
        """january jan enero ene januar janner jänner janvier janv janeiro gennaio gen genn januari
        января январь янв січня січень січ ocak oca stycznia styczeń sty يناير جانفي ژانویه""",
        """february feb febr febrero februar février févr fév fevereiro fev febbraio februari
        pebruari февраля февраль февр фев лютого лютий лют
        şubat şub lutego luty فبراير فيفري شباط فوریه""",
        """march mar marzo märz mär mrz mars marts março marzec marca maart mrt maret марта март мар
        березня березень бер mart مارس آذار""",
        """april apr abril abr avril avr aprile апреля апрель апр квітня квітень квіт nisan nis
        kwietnia kwiecień kwi أبريل إبريل أفريل نيسان آوریل""",
        """may mayo mai maio maggio mag magg mei maj maja мая май травня травень трав mayıs
        مايو ماي أيار مه می""",
        """june jun junio juni juin junho giugno giu июня июнь июн червня червень черв haziran haz
        czerwca czerwiec cze يونيو جوان حزيران ژوئن""",
        """july jul julio juli juillet juil juill julho luglio lug июля июль июл липня липень лип
        temmuz tem lipca lipiec يوليو جويلية تموز ژوئیه""",
        """august aug agosto ago août aout augustus augusti agustus agt августа август авг серпня
        серпень серп ağustos ağu sierpnia sierpień sie أغسطس أوت آب اوت""",
        """september sept sep septiembre setiembre set septembre setembro settembre sett сентября
        сентябрь сент сен вересня вересень вер eylül eyl września wrzesień wrz سبتمبر أيلول
        سپتامبر""",
        """october oct octubre oktober okt octobre outubro out ottobre ott октября октябрь окт
        жовтня жовтень жовт ekim eki października październik paź أكتوبر اكتوبر اکتبر""",
        """november nov noviembre novembre novembro ноября ноябрь нояб ноя листопада листопад
        kasım kas nopember نوفمبر نوامبر""",
        """december dec diciembre dic dezember dez décembre déc dezembro dicembre desember des
        декабря декабрь дек грудня грудень груд aralık ara grudnia grudzień gru ديسمبر دسامبر""",
    )
)
"""For each month its names; the first is English."""

WEEKDAYS: Final = tuple(
    """
    monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat
    sunday sun
    lunes lun martes miércoles mié mie jueves jue viernes vie sábado sáb sab sabato domingo dom
    montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so
    lundi mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
    segunda terça quarta quinta sexta feira seg ter qua qui sex
    lunedì martedì mercoledì giovedì venerdì domenica gio
    maandag ma dinsdag woensdag wo donderdag vrijdag vr zaterdag za zondag zo
    понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс
    понеділок вівторок середа четвер пʼятниця субота неділя нд
    pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt sal çar per cum cmt paz
    poniedziałek wtorek środa czwartek piątek sobota niedziela
    måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
    senin selasa rabu kamis jumat sabtu minggu
    الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
    دوشنبه سه‌شنبه چهارشنبه پنجشنبه پنج‌شنبه جمعه شنبه یکشنبه سه چهار پنج یک
    """.split()
)

NEITHER: Final = tuple(
    """
    the st nd rd th er o º ª a as às à de del do da el la las los le den der dem vom um am uhr
    il alle ore dell d om uur op в г года от р року о saat günü r roku godz kl klockan pukul pkl
    jam ngày năm thứ hai ba tư sáu bảy chủ nhật cn on
    في يوم الموافق الساعة عند عام سنة ساعت روز سال
    ( ) “ ”
    """.split()
)
"""Words and signs in dates that are ignored."""

TWO_WORD_MONTHS: Final = (
    ("كانون الثاني", "january"),
    ("تشرين الأول", "october"),
    ("تشرين الثاني", "november"),
    ("كانون الأول", "december"),
)
"""The Levant's names of two words, and what they mean."""
