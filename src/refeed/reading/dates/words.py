"""The words in dates, from the Unicode CLDR and from newspapers.

A name that is one month here and another month in a neighbouring language (`listopad`: November
in Polish and Czech, October in Croatian) is left out.
"""

from __future__ import annotations

from typing import Final

MONTHS: Final = tuple(
    tuple(names.split())
    for names in (
        # English first; then other languages, in no order.
        """january jan enero ene januar janner jänner janvier janv janeiro gennaio gen genn januari
        января январь янв січня січень січ ocak oca stycznia styczeń sty يناير جانفي ژانویه
        ledna leden led januára ianuarie ian ιανουαρίου ιανουάριος ιαν tammikuuta tammikuu tammi
        siječnja siječanj sij јануар јан януари яну јануари ינואר בינואר जनवरी জানুয়ারি জানু
        जानेवारी ஜனவரி జనవరి มกราคม sausio sausis saus janvāris jaanuar jaan gener xaneiro
        urtarrila yanvar қаңтар студзеня студзень იანვარი հունվարի հունվար جنوری janar""",
        """february feb febr febrero februar février févr fév fevereiro fev febbraio februari
        pebruari февраля февраль февр фев лютого лютий лют şubat şub lutego luty فبراير فيفري
        شباط فوریه února únor úno februára februarie φεβρουαρίου φεβρουάριος φεβ helmikuuta
        helmikuu helmi veljače veljača velj фебруар феб февруари פברואר בפברואר फ़रवरी
        ফেব্রুয়ারি ফেব फेब्रुवारी பிப்ரவரி பிப் ఫిబ్రవరి ఫిబ్ర กุมภาพันธ์ vasario vasaris vas
        februāris veebruar veebr febrer febreiro otsaila pebrero fevral ақпан лютага люты
        თებერვალი փետրվարի փետրվար فروری shkurt""",
        """march mar marzo märz mär mrz mars marts março marzec marca maart mrt maret марта март
        мар березня березень бер mart مارس آذار března březen bře marec március márc martie
        μαρτίου μάρτιος μαρ maaliskuuta maaliskuu maalis ožujka ožujak ožu מרץ במרץ मार्च মার্চ
        மார்ச் மார் మార్చి มีนาคม kovo kovas kov martxoa mac marso наурыз сакавіка сакавік მარტი
        մարտի մարտ مارچ""",
        """april apr abril abr avril avr aprile апреля апрель апр квітня квітень квіт nisan nis
        kwietnia kwiecień kwi أبريل إبريل أفريل نيسان آوریل dubna duben dub apríla április
        aprilie απριλίου απρίλιος απρ huhtikuuta huhtikuu huhti travnja travanj tra април אפריל
        באפריל अप्रैल এপ্রিল এপ্রি एप्रिल ஏப்ரல் ఏప్రిల్ ఏప్రి เมษายน balandžio balandis bal
        aprill apirila aprel сәуір красавіка красавік აპრილი ապրիլի ապրիլ اپریل prill""",
        """may mayo mai maio maggio mag magg mei maj maja мая май травня травень трав mayıs مايو
        ماي أيار مه می května květen kvě május μαΐου μάιος μαΐ toukokuuta toukokuu touko svibnja
        svibanj svi мај מאי במאי मई মে मे மே మే พฤษภาคม gegužės gegužė geg maijs maig maiatza
        мамыр მაისი մայիսի մայիս مئی""",
        """june jun junio juni juin junho giugno giu июня июнь июн червня червень черв haziran haz
        czerwca czerwiec cze يونيو جوان حزيران ژوئن června červen čvn júna június iunie iun
        ιουνίου ιούνιος ιουν kesäkuuta kesäkuu kesä lipnja lipanj junij јун юни јуни יוני ביוני
        जून জুন ஜூன் జూన్ มิถุนายน birželio birželis birž jūnijs juuni juny xuño ekaina hunyo
        iyun маусым чэрвеня чэрвень ივნისი հունիսի հունիս جون qershor""",
        """july jul julio juli juillet juil juill julho luglio lug июля июль июл липня липень лип
        temmuz tem lipca lipiec يوليو جويلية تموز ژوئیه července červenec čvc júla július iulie
        iul ιουλίου ιούλιος ιουλ heinäkuuta heinäkuu heinä srpnja srpanj julij јул юли јули יולי
        ביולי जुलाई জুলাই जुलै ஜூலை జులై กรกฎาคม liepos liepa liep jūlijs juuli juliol xullo
        uztaila julai hulyo iyul шілде ліпеня ліпень ივლისი հուլիսի հուլիս جولائی korrik""",
        """august aug agosto ago août aout augustus augusti agustus agt августа август авг серпня
        серпень серп ağustos ağu sierpnia sierpień sie أغسطس أوت آب اوت srpna srpen augusta
        augusztus αυγούστου αύγουστος αυγ elokuuta elokuu elo kolovoza kolovoz kol avgust avg
        אוגוסט באוגוסט अगस्त আগস্ট ऑगस्ट ஆகஸ்ட் ఆగస్టు สิงหาคม rugpjūčio rugpjūtis rugp augusts
        agost abuztua ágúst ogos ogo avqust тамыз жніўня жнівень აგვისტო օգոստոսի օգոստոս اگست
        gusht""",
        """september sept sep septiembre setiembre set septembre setembro settembre sett сентября
        сентябрь сент сен вересня вересень вер eylül eyl września wrzesień wrz سبتمبر أيلول
        سپتامبر září zář septembra szeptember szept septembrie σεπτεμβρίου σεπτέμβριος σεπ
        syyskuuta syyskuu syys rujna rujan ruj септембар сеп септември ספטמבר בספטמבר सितंबर
        সেপ্টেম্বর সেপ সেপ্ট सप्टेंबर செப்டம்பர் செப் సెప్టెంబర్ సెప్టెం กันยายน rugsėjo
        rugsėjis rugs septembris setembre iraila setyembre sentyabr қыркүйек верасня верасень
        სექტემბერი սեպտեմբերի սեպտեմբեր ستمبر shtator""",
        """october oct octubre oktober okt octobre outubro out ottobre ott октября октябрь окт
        жовтня жовтень жовт ekim eki października październik paź أكتوبر اكتوبر اکتبر října
        říjen říj októbra octombrie οκτωβρίου οκτώβριος οκτ lokakuuta lokakuu loka октобар
        октомври אוקטובר באוקטובר अक्टूबर অক্টোবর অক্টো ऑक्टोबर அக்டோபர் అక్టోబర్ అక్టో ตุลาคม
        spalio spalis spal oktobris oktoober urria oktubre oktyabr қазан кастрычніка кастрычнік
        ოქტომბერი հոկտեմբերի հոկտեմբեր اکتوبر tetor""",
        """november nov noviembre novembre novembro ноября ноябрь нояб ноя листопада листопад kasım
        kas nopember نوفمبر نوامبر listopadu novembra noiembrie νοεμβρίου νοέμβριος νοε
        marraskuuta marraskuu marras studenoga studeni stu новембар нов ноември ное נובמבר
        בנובמבר नवंबर নভেম্বর নভে नोव्हेंबर நவம்பர் నవంబర్ నవం พฤศจิกายน lapkričio lapkritis
        lapkr novembris azaroa nobyembre noyabr қараша лістапада лістапад ნოემბერი նոյեմբերի
        նոյեմբեր نومبر nëntor""",
        """december dec diciembre dic dezember dez décembre déc dezembro dicembre desember des
        декабря декабрь дек грудня грудень груд aralık ara grudnia grudzień gru ديسمبر دسامبر
        prosince prosinec pro decembra decembrie δεκεμβρίου δεκέμβριος δεκ joulukuuta joulukuu
        joulu prosinca prosinac децембар дец декември דצמבר בדצמבר दिसंबर ডিসেম্বর ডিসে डिसेंबर
        டிசம்பர் டிச డిసెంబర్ డిసెం ธันวาคม gruodžio gruodis gruod decembris detsember dets
        desembre decembro abendua disember disyembre dekabr желтоқсан снежня снежань დეკემბერი
        դեկտեմբերի դեկտեմբեր دسمبر dhjetor""",
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
    neděle pondělí úterý středa čtvrtek pátek nedeľa pondelok utorok štvrtok piatok vasárnap
    hétfő kedd szerda csütörtök péntek szombat duminică luni marți miercuri joi vineri sâmbătă
    κυριακή δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο sunnuntaina maanantaina tiistaina
    keskiviikkona torstaina perjantaina lauantaina sunnuntai maanantai tiistai keskiviikko
    torstai perjantai lauantai nedjelja ponedjeljak utorak srijeda četvrtak petak subota nedelja
    ponedeljek torek sreda četrtek petek недеља понедељак уторак четвртак петак неделя
    понеделник сряда четвъртък петък събота недела четврток петок сабота יום ראשון שני שלישי
    רביעי חמישי שישי שבת रविवार सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार রবিবার সোমবার
    মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার শনিবার मंगळवार ஞாயிறு திங்கள் செவ்வாய் புதன் வியாழன்
    வெள்ளி சனி ఆదివారం సోమవారం మంగళవారం బుధవారం గురువారం శుక్రవారం శనివారం วันอาทิตย์ วันจันทร์
    วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์ที่
    วันจันทร์ที่ วันอังคารที่ วันพุธที่ วันพฤหัสบดีที่ วันศุกร์ที่ วันเสาร์ที่
    sekmadienis pirmadienis antradienis
    trečiadienis ketvirtadienis penktadienis šeštadienis svētdiena pirmdiena otrdiena trešdiena
    ceturtdiena piektdiena sestdiena pühapäev esmaspäev teisipäev kolmapäev neljapäev reede
    laupäev diumenge dilluns dimarts dimecres dijous divendres dissabte luns mércores xoves
    venres igandea astelehena asteartea asteazkena osteguna ostirala larunbata sunnudagur
    mánudagur þriðjudagur miðvikudagur fimmtudagur föstudagur laugardagur ahad isnin khamis
    jumaat linggo miyerkules huwebes biyernes bazar ertəsi çərşənbə axşamı cümə şənbə жексенбі
    дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі нядзеля панядзелак аўторак серада чацвер
    пятніца კვირა ორშაბათი სამშაბათი ოთხშაბათი ხუთშაბათი პარასკევი შაბათი կիրակի երկուշաբթի
    երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ اتوار پیر منگل بدھ جمعرات جمعہ ہفتہ diel hënë
    martë mërkurë enjte premte shtunë
    دوشنبه سه‌شنبه چهارشنبه پنجشنبه پنج‌شنبه جمعه شنبه یکشنبه سه چهار پنج یک
    """.split()
)

NEITHER: Final = tuple(
    """
    the st nd rd th er o º ª a as às à de del do da el la las los le den der dem vom um am uhr
    il alle ore dell d om uur op в г года от р року о saat günü r roku godz kl klockan pukul pkl
    ’ l v ve u ora στις ώρα klo kello kell án én jén i m gada les ב בשעה को बजे เวลา น วันที่
    พ ศ год године plkst ob у
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
