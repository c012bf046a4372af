def simple_coroutine():
    print("Корутину запустили")
    value = yield
    print(f"Получено значение: {value}")
    yield

# Запуск генератора
gen = simple_coroutine()
next(gen)  # Запускаем генератор до первого yield
gen.send(42)  # Передаем значение 42 в генератор через send()
